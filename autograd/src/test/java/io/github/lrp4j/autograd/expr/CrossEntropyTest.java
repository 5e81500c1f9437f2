package io.github.lrp4j.autograd.expr;

import static io.github.lrp4j.tensor.testing.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.autograd.Gradients;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.autograd.expr.CrossEntropy.Reduction;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import org.junit.jupiter.api.Test;

/** Numbers computed with PyTorch in float64. */
class CrossEntropyTest {
    private final Tape tape = new Tape(new ReferenceKernels());
    private final Value scores = tape.input("x", Tensor.of(new double[] {1, 2, -1, 0.5, -0.5, 3, 0, 1, 0.25}, 3, 3));
    private final Tensor classes = Tensor.of(new long[] {1, -100, 2}, 3);

    @Test
    void meanOverTheSamplesThatCount() {
        Value loss = CrossEntropy.MEAN.of(scores, classes);
        assertThat(loss.tensor().item()).isCloseTo(0.8544557358983912, within(1e-15));
        assertClose(Gradients.ofScalar(loss).of(scores),
                Tensor.of(new double[] {0.12974823017120957, -0.1473077436508794,
                    0.017559513479669865, 0, 0, 0, 0.09995387638076358, 0.27170280584987144, -0.371656682230635}, 3, 3),
                1e-14, 1e-16);
        assertThat(scores.crossEntropy(classes).tensor().item()).isEqualTo(loss.tensor().item());
    }

    @Test
    void smoothedTargets() {
        assertThat(CrossEntropy.MEAN.smoothed(0.1).of(scores, classes).tensor().item())
                .isCloseTo(0.9127890692317245, within(1e-15));
        Value sum = CrossEntropy.MEAN.smoothed(0.3).reduced(Reduction.SUM).of(scores, classes);
        assertThat(sum.tensor().item()).isCloseTo(2.0589114717967822, within(1e-14));
        assertClose(Gradients.ofScalar(sum).of(scores),
                Tensor.of(new double[] {0.1594964603424191, -0.09461548730175881,
                    -0.06488097304066026, 0, 0, 0, 0.09990775276152715, 0.44340561169974285, -0.54331336446127}, 3, 3),
                1e-13, 1e-15);
    }

    @Test
    void eachSampleForItself() {
        Value losses = CrossEntropy.MEAN.reduced(Reduction.NONE).of(scores, classes);
        assertClose(losses.tensor(), Tensor.of(new double[] {0.34901221676818633, 0, 1.359899255028596}, 3), 1e-14, 0);
        Value one = CrossEntropy.MEAN.reduced(Reduction.NONE).of(scores.select(0, 2),
                Tensor.of(new long[] {2}, new int[0]));
        assertThat(one.tensor().rank()).isZero();
        assertThat(one.tensor().item()).isCloseTo(1.359899255028596, within(1e-14));
    }

    @Test
    void classesOfPixels() {
        double[] values = new double[12];
        for (int i = 0; i < values.length; i++) {
            values[i] = -1 + i * 2.0 / 11;
        }
        Value image = tape.input("image", Tensor.of(values, 1, 3, 2, 2));
        Tensor pixels = Tensor.of(new long[] {0, 1, 2, 1}, 1, 2, 2);
        assertThat(CrossEntropy.MEAN.smoothed(0.2).of(image, pixels).tensor().item()).isCloseTo(1.2676949546710656,
                within(1e-14));
    }

    @Test
    void noSampleAtAllIsNotANumber() {
        assertThat(scores.crossEntropy(Tensor.of(new long[] {-100, -100, -100}, 3)).tensor().item()).isNaN();
    }

    @Test
    void mistakesAreNamed() {
        assertThatIllegalArgumentException().isThrownBy(() -> scores.crossEntropy(Tensor.of(new long[] {0, 3, 1}, 3)))
                .withMessageContaining("class 3 of sample 1").withMessageContaining("3 classes");
        assertThatIllegalArgumentException().isThrownBy(() -> scores.crossEntropy(Tensor.of(new long[] {0, 1}, 2)))
                .withMessageContaining("[3, 3]").withMessageContaining("[2]");
        assertThatIllegalArgumentException().isThrownBy(() -> CrossEntropy.MEAN.smoothed(1.5));
    }
}
