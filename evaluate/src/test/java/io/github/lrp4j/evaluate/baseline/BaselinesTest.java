package io.github.lrp4j.evaluate.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.evaluate.Batch;
import io.github.lrp4j.evaluate.Classifier;
import io.github.lrp4j.evaluate.TinyClassifier;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is put in the place of pixels. */
class BaselinesTest {
    private static final Classifier ANY = TinyClassifier.mlp(1, 40, 3, 2);

    /** Two dimensions at once, over a picture that is really mirrored, instead of line by line with folded indices. */
    @ParameterizedTest
    @CsvSource({"3, 0.7, 4, 5", "7, 2.5, 5, 4", "5, 10, 8, 5", "7, 1.5, 2, 3", "5, 1, 1, 6"})
    void blurIsAWeightedSumOverAMirroredPicture(int kernel, double sigma, int height, int width) {
        Tensor picture = TinyClassifier.normal(7, 1, 2, height, width);
        int reach = kernel / 2;
        Tensor got = new GaussianBlur(kernel, sigma).blurred(picture);

        for (int channel = 0; channel < 2; channel++) {
            for (int row = 0; row < height; row++) {
                for (int column = 0; column < width; column++) {
                    double sum = 0;
                    double weights = 0;
                    for (int a = -reach; a <= reach; a++) {
                        for (int b = -reach; b <= reach; b++) {
                            double weight = Math.exp(-(a * a + b * b) / (2 * sigma * sigma));
                            weights += weight;
                            sum += weight
                                    * picture.at(0, channel, mirrored(row + a, height), mirrored(column + b, width));
                        }
                    }
                    assertThat(got.at(0, channel, row, column)).isCloseTo(sum / weights, within(1e-12));
                }
            }
        }
    }

    private static int mirrored(int i, int size) {
        int at = i;
        while (at < 0 || at >= size) {
            at = size == 1 ? 0 : at < 0 ? -at : 2 * (size - 1) - at;
        }
        return at;
    }

    @Test
    void blurKeepsAFlatPictureAndScalesWithTheSize() {
        Tensor flat = Tensor.full(3.5, DType.F32, Shape.of(1, 1, 9, 9));

        assertThat(new GaussianBlur(5, 2).blurred(flat).toDoubleArray()).containsOnly(3.5);
        assertThat(GaussianBlur.scaledTo(224)).isEqualTo(new GaussianBlur(51, 20));
        assertThat(GaussianBlur.scaledTo(28)).isEqualTo(new GaussianBlur(7, 2.5));
        assertThatThrownBy(() -> new GaussianBlur(4, 1))
                .hasMessage("blur: kernel 4 must be odd and positive, sigma 1.0 positive");
    }

    @Test
    void meanIsThatOfEachChannel() {
        Tensor pictures = TinyClassifier.normal(3, 2, 3, 4, 5);
        Tensor got = new MeanColor().of(TinyClassifier.batch(ANY, pictures, 0, 1));

        double sum = 0;
        for (double cell : pictures.select(0, 1).select(0, 2).toDoubleArray()) {
            sum += cell;
        }
        assertThat(got.shape()).isEqualTo(pictures.shape());
        for (double cell : got.select(0, 1).select(0, 2).toDoubleArray()) {
            assertThat(cell).isCloseTo(sum / 20, within(1e-12));
        }
        assertThat(new Zero().of(TinyClassifier.batch(ANY, pictures, 0, 1)).toDoubleArray()).containsOnly(0);
    }

    @Test
    void noiseIsThatOfThePicture() {
        Tensor pictures = TinyClassifier.normal(3, 2, 1, 20, 20);
        Noise noise = new Noise(2, 11);
        Tensor got = noise.of(TinyClassifier.batch(ANY, pictures, 0, 1));
        Tensor alone = noise.of(new Batch(ANY, pictures.slice(0, 1, 2), new int[] {1}, new long[] {1}));

        assertThat(alone.toDoubleArray()).isEqualTo(got.select(0, 1).toDoubleArray());
        double squares = 0;
        for (double cell : got.toDoubleArray()) {
            squares += cell * cell / 800;
        }
        assertThat(Math.sqrt(squares)).isCloseTo(2, within(0.15));
    }
}
