package io.github.lrp4j.evaluate.attribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.evaluate.Batch;
import io.github.lrp4j.evaluate.Classifier;
import io.github.lrp4j.evaluate.TinyClassifier;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import java.util.List;
import org.junit.jupiter.api.Test;

/** GradCAM of networks whose maps and gradients are known. */
class GradCamTest {
    private final Tensor first = TinyClassifier.normal(1, 3, 2, 3, 3);
    private final Tensor last = TinyClassifier.normal(2, 4, 3, 3, 3);
    private final Tensor bias = TinyClassifier.normal(3, 4);
    private final Tensor head = TinyClassifier.normal(4, 3, 4);

    private Value maps(Value input) {
        ConvSpec spec = ConvSpec.of(2, 2, 1);
        Value low = input.conv(input.tape().parameter("first", first), null, ConvSpec.of(2, 1, 1)).relu();
        return low.conv(input.tape().parameter("last", last), input.tape().parameter("bias", bias), spec).relu();
    }

    /** With global average pooling and one linear layer, the weight of a map is that of the layer, over its cells. */
    @Test
    void isTheClassActivationMapWhereTheHeadIsLinear() {
        Classifier classifier = new Classifier(input -> maps(input).mean(List.of(2, 3), false)
                .linear(input.tape().parameter("head", head), null), new ReferenceKernels());
        Tensor inputs = TinyClassifier.normal(5, 2, 2, 8, 6);
        Tensor maps = new Classifier(input -> maps(input).reshape(2, 4 * 4 * 3), new ReferenceKernels())
                .logits(inputs).reshape(2, 4, 4, 3);
        Batch batch = TinyClassifier.batch(classifier, inputs, 2, 0);

        Tensor got = new GradCam().of(batch);

        assertThat(got.shape().toList()).containsExactly(2, 1, 8, 6);
        for (int n = 0; n < 2; n++) {
            double[][] cells = new double[4][3];
            for (int row = 0; row < 4; row++) {
                for (int column = 0; column < 3; column++) {
                    double sum = 0;
                    for (int k = 0; k < 4; k++) {
                        sum += head.at(batch.targets()[n], k) / 12 * maps.at(n, k, row, column);
                    }
                    cells[row][column] = Math.max(0, sum);
                }
            }
            for (int row = 0; row < 8; row++) {
                for (int column = 0; column < 6; column++) {
                    assertThat(got.at(n, 0, row, column)).isCloseTo(bilinear(cells, row, column), within(1e-12));
                }
            }
        }
    }

    /** At the scale of two cells per map cell. */
    private static double bilinear(double[][] cells, int row, int column) {
        double y = Math.clamp((row + 0.5) / 2 - 0.5, 0, cells.length - 1);
        double x = Math.clamp((column + 0.5) / 2 - 0.5, 0, cells[0].length - 1);
        int top = (int) y;
        int left = (int) x;
        int bottom = Math.min(top + 1, cells.length - 1);
        int right = Math.min(left + 1, cells[0].length - 1);
        double upper = cells[top][left] + (x - left) * (cells[top][right] - cells[top][left]);
        double lower = cells[bottom][left] + (x - left) * (cells[bottom][right] - cells[bottom][left]);
        return upper + (y - top) * (lower - upper);
    }

    @Test
    void aNetworkWithoutConvolutionsHasNoMaps() {
        Batch batch = TinyClassifier.batch(TinyClassifier.mlp(1, 4, 3, 2), TinyClassifier.normal(2, 1, 1, 2, 2), 0);

        assertThatThrownBy(() -> new GradCam().of(batch))
                .hasMessageStartingWith("grad-cam: no convolution of planes leads to the logits of ");
    }
}
