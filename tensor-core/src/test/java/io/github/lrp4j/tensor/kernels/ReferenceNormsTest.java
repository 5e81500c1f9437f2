package io.github.lrp4j.tensor.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.testing.TensorAssert;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class ReferenceNormsTest {
    private static final double NAN = Double.NaN;
    private static final double INF = Double.POSITIVE_INFINITY;

    private final Kernels kernels = new ReferenceKernels();

    @Test
    void softmaxByHand() {
        Tensor x = Tensor.of(new double[] {0, Math.log(3), 1000, 1000, -INF, 5}, 3, 2);
        TensorAssert.assertClose(kernels.softmax(x, 1), Tensor.of(new double[] {0.25, 0.75, 0.5, 0.5, 0, 1}, 3, 2),
                1e-15, 0);
        TensorAssert.assertClose(kernels.logSoftmax(x, 1),
                Tensor.of(new double[] {Math.log(0.25), Math.log(0.75), Math.log(0.5), Math.log(0.5), -INF, 0}, 3, 2),
                1e-15, 0);
        TensorAssert.assertClose(kernels.softmax(x.transpose(0, 1), 0), kernels.softmax(x, 1).transpose(0, 1), 0, 0);
    }

    @Test
    void aRowThatIsWhollyMaskedIsNan() {
        Tensor x = Tensor.of(new double[] {-INF, -INF, 1, NAN, INF, 0}, 3, 2);
        assertThat(kernels.softmax(x, 1).toDoubleArray()).containsExactly(NAN, NAN, NAN, NAN, NAN, NAN);
        assertThat(kernels.logSoftmax(x, 1).toDoubleArray()).startsWith(NAN, NAN, NAN, NAN);
        assertThat(kernels.softmax(TestTensors.normal(1, 3, 0), 1).shape()).isEqualTo(Shape.of(3, 0));
    }

    @Test
    void vjpsAreTheLimitOfDifferenceQuotients() {
        for (int dim = 0; dim < 3; dim++) {
            int along = dim;
            Tensor x = TestTensors.normal(1, DType.F64, Shape.of(2, 3, 4));
            Tensor g = TestTensors.normal(2, DType.F64, x.shape());
            TensorAssert.assertClose(kernels.softmaxVjp(kernels.softmax(x, along), g, along),
                    gradient(t -> kernels.softmax(t, along), x, g), 0, 1e-9);
            TensorAssert.assertClose(kernels.logSoftmaxVjp(kernels.logSoftmax(x, along), g, along),
                    gradient(t -> kernels.logSoftmax(t, along), x, g),
                    0, 1e-9);
            Normalized y = kernels.standardize(x, along, 1e-2);
            TensorAssert.assertClose(kernels.standardizeVjp(g, x, y.mean(), y.inverseDeviation(), along),
                    gradient(t -> kernels.standardize(t, along, 1e-2).output(), x, g), 0, 1e-9);
        }
    }

    /** {@code d <f(x), g> / d x_i} by central differences. */
    private Tensor gradient(UnaryOperator<Tensor> f, Tensor x, Tensor g) {
        double h = 1e-5;
        double[] values = x.toDoubleArray();
        double[] gradient = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            double[] up = values.clone();
            double[] down = values.clone();
            up[i] += h;
            down[i] -= h;
            gradient[i] = (inner(f.apply(Tensor.of(up, x.shape())), g) - inner(f.apply(Tensor.of(down, x.shape())), g))
                    / (2 * h);
        }
        return Tensor.of(gradient, x.shape());
    }

    private double inner(Tensor a, Tensor b) {
        return kernels.total(kernels.binary(BinaryFn.MUL, a, b));
    }

    @Test
    void standardizeByHand() {
        Tensor x = Tensor.of(new double[] {1, 3, 5, 5, 7, -1}, 3, 2);
        Normalized rows = kernels.standardize(x, 1, 0);
        TensorAssert.assertSame(rows.mean(), Tensor.of(new double[] {2, 5, 3}, 3, 1));
        assertThat(rows.output().toDoubleArray()).containsExactly(-1, 1, NAN, NAN, 1, -1);
        assertThat(rows.inverseDeviation().toDoubleArray()).containsExactly(1, INF, 0.25);
        Normalized all = kernels.standardize(x, 0, 0.5);
        assertThat(all.mean().shape()).isEqualTo(Shape.of(1, 1));
        assertThat(all.mean().item()).isCloseTo(10.0 / 3, within(1e-15));
        assertThat(all.inverseDeviation().item()).isCloseTo(1 / Math.sqrt(110.0 / 6 - 100.0 / 9 + 0.5), within(1e-15));
        assertThat(kernels.standardize(TestTensors.normal(1, 0, 2), 1, 1).mean().shape()).isEqualTo(Shape.of(0, 1));
        assertThat(kernels.standardize(TestTensors.normal(1, 2, 0), 1, 1).mean().toDoubleArray()).containsExactly(NAN,
                NAN);
        assertThatIllegalArgumentException().isThrownBy(() -> kernels.standardize(x, 3, 0))
                .withMessageContaining("[3, 2]");
    }

    @Test
    void statisticsSurviveALargeMean() {
        Tensor x = Tensor.of(new double[] {1e9 + 1, 1e9 + 2, 1e9 + 3}, 1, 3);
        assertThat(kernels.standardize(x, 1, 0).inverseDeviation().item()).isCloseTo(Math.sqrt(1.5), within(1e-15));
    }

    @Test
    void channelsAreScaledAndMeasuredByHand() {
        Tensor x = Tensor.of(new double[] {1, 3, 10, 20, 5, 7, 30, 40}, 2, 2, 2);
        Tensor scale = Tensor.of(new double[] {2, -1}, 2);
        Tensor shift = Tensor.of(new double[] {100, 0.5}, 2);
        TensorAssert.assertSame(kernels.channelAffine(x, scale, shift),
                Tensor.of(new double[] {102, 106, -9.5, -19.5, 110, 114, -29.5, -39.5}, 2, 2, 2));
        TensorAssert.assertSame(kernels.channelAffine(x.select(2, 0), scale, null),
                Tensor.of(new double[] {2, -10, 10, -30}, 2, 2));
        Normalized statistics = kernels.channelStatistics(x, 4);
        TensorAssert.assertSame(statistics.mean(), Tensor.of(new double[] {4, 25}, 2));
        TensorAssert.assertSame(statistics.output(), Tensor.of(new double[] {5, 125}, 2));
        TensorAssert.assertClose(statistics.inverseDeviation(),
                Tensor.of(new double[] {1.0 / 3, 1 / Math.sqrt(129)}, 2), 1e-15, 0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> kernels.channelAffine(x, Tensor.of(new double[3], 3), null))
                .withMessageContaining("[2, 2, 2]").withMessageContaining("[3]");
    }

    @Test
    void operandsThatDifferAreNamed() {
        Tensor a = TestTensors.normal(1, 2, 3);
        Tensor b = TestTensors.normal(1, 3, 2);
        assertThatIllegalArgumentException().isThrownBy(() -> kernels.softmaxVjp(a, b, 0))
                .withMessageContaining("softmaxVjp")
                .withMessageContaining("[2, 3]").withMessageContaining("[3, 2]");
        assertThatIllegalArgumentException().isThrownBy(() -> kernels.standardizeVjp(a, a, b, b, 1))
                .withMessageContaining("[3, 2]")
                .withMessageContaining("[2, 1]");
    }
}
