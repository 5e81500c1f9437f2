package io.github.lrp4j.tensor.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.testing.TensorAssert;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReferenceLinearTest {
    private final Kernels kernels = new ReferenceKernels();

    // ---- matmul -------------------------------------------------------------------------------------------------

    @Test
    void matmulByHand() {
        Tensor a = Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 2, 3);
        Tensor b = Tensor.of(new double[] {7, 8, 9, 10, 11, 12}, 3, 2);
        TensorAssert.assertSame(kernels.matmul(a, b), Tensor.of(new double[] {58, 64, 139, 154}, 2, 2));
        TensorAssert.assertSame(kernels.matmul(b.transpose(0, 1), a.transpose(0, 1)),
                Tensor.of(new double[] {58, 139, 64, 154}, 2, 2));
    }

    @Test
    void leadingDimensionsBroadcast() {
        Tensor a = TestTensors.normal(1, DType.F64, Shape.of(2, 1, 3, 4));
        Tensor b = TestTensors.normal(2, DType.F64, Shape.of(5, 4, 2));
        Tensor c = kernels.matmul(a, b);
        assertThat(c.shape()).isEqualTo(Shape.of(2, 5, 3, 2));
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 5; j++) {
                TensorAssert.assertSame(c.select(0, i).select(0, j),
                        kernels.matmul(a.select(0, i).select(0, 0), b.select(0, j)));
            }
        }
    }

    @Test
    void anEmptyInnerDimensionGivesZeros() {
        TensorAssert.assertSame(kernels.matmul(TestTensors.normal(1, 2, 0), TestTensors.normal(2, 0, 3)),
                Tensor.zeros(DType.F32, Shape.of(2, 3)));
        assertThat(kernels.matmul(TestTensors.normal(1, 0, 2), TestTensors.normal(2, 2, 3)).shape())
                .isEqualTo(Shape.of(0, 3));
    }

    @Test
    void zeroTimesInfinityIsNotSkipped() {
        Tensor a = Tensor.of(new double[] {0, 1}, 1, 2);
        Tensor b = Tensor.of(new double[] {Double.POSITIVE_INFINITY, 1}, 2, 1);
        assertThat(kernels.matmul(a, b).item()).isNaN();
    }

    @Test
    void shapesThatDoNotFitAreNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> kernels.matmul(TestTensors.normal(1, 2, 8, 64), TestTensors.normal(2, 63, 64)))
                .withMessage("matmul: inner dimensions differ, lhs [2, 8, 64], rhs [63, 64]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> kernels.matmul(TestTensors.normal(1, 2, 3, 4), TestTensors.normal(2, 3, 4, 5)))
                .withMessageContaining("[2, 3, 4]").withMessageContaining("[3, 4, 5]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> kernels.matmul(TestTensors.normal(1, 4), TestTensors.normal(2, 4, 5)))
                .withMessageContaining("[4]").withMessageContaining("[4, 5]");
    }

    // ---- convolution --------------------------------------------------------------------------------------------

    @Test
    void aConvolutionByHand() {
        Tensor x = Tensor.of(new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9}, 1, 1, 3, 3);
        Tensor w = Tensor.of(new double[] {1, 0, 0, -1}, 1, 1, 2, 2);
        TensorAssert.assertSame(kernels.conv(x, w, ConvSpec.of(2, 1, 0)),
                Tensor.of(new double[] {-4, -4, -4, -4}, 1, 1, 2, 2));
        TensorAssert.assertSame(kernels.conv(x, w, ConvSpec.of(2, 2, 1)),
                Tensor.of(new double[] {-1, -3, -7, -4}, 1, 1, 2, 2));
        TensorAssert.assertSame(
                kernels.convInputAdjoint(Tensor.of(new double[] {1, 10, 100, 1000}, 1, 1, 2, 2), w, x.shape(),
                        ConvSpec.of(2, 1, 0)),
                Tensor.of(new double[] {1, 10, 0, 100, 999, -10, 0, -100, -1000}, 1, 1, 3, 3));
        TensorAssert.assertSame(
                kernels.convWeightAdjoint(Tensor.of(new double[] {1, 10, 100, 1000}, 1, 1, 2, 2), x, w.shape(),
                        ConvSpec.of(2, 1, 0)),
                Tensor.of(new double[] {5421, 6532, 8754, 9865}, 1, 1, 2, 2));
    }

    @Test
    void aDilatedConvolutionOfASequenceByHand() {
        Tensor x = Tensor.of(new double[] {1, 2, 3, 4, 5, 10, 20, 30, 40, 50}, 1, 2, 5);
        Tensor w = Tensor.of(new double[] {1, 1, 2, 3}, 2, 1, 2);
        ConvSpec spec = new ConvSpec(List.of(1), List.of(0), List.of(2), 2);
        TensorAssert.assertSame(kernels.conv(x, w, spec), Tensor.of(new double[] {4, 6, 8, 110, 160, 210}, 1, 2, 3));
    }

    static List<Geometry> geometries() {
        return List.of(Geometry.of(List.of(2, 3, 7), List.of(4, 3, 3), List.of(2), List.of(1), List.of(1), 1),
                Geometry.of(List.of(1, 4, 9), List.of(6, 2, 2), List.of(1), List.of(0), List.of(3), 2),
                Geometry.of(List.of(2, 3, 6, 5), List.of(4, 3, 3, 3), List.of(1, 1), List.of(1, 1), List.of(1, 1), 1),
                Geometry.of(List.of(1, 2, 8, 7), List.of(3, 2, 3, 2), List.of(3, 2), List.of(2, 0), List.of(1, 2), 1),
                Geometry.of(List.of(2, 6, 5, 5), List.of(4, 3, 1, 1), List.of(2, 2), List.of(0, 0), List.of(1, 1), 2),
                Geometry.of(List.of(2, 4, 6, 6), List.of(4, 1, 3, 3), List.of(1, 1), List.of(1, 1), List.of(1, 1), 4),
                Geometry.of(List.of(1, 3, 6, 7), List.of(6, 1, 5, 3), List.of(2, 1), List.of(2, 3), List.of(1, 1), 3),
                Geometry.of(List.of(1, 2, 2, 2), List.of(3, 2, 5, 5), List.of(1, 1), List.of(2, 2), List.of(1, 1), 1),
                Geometry.of(List.of(2, 2, 4, 5, 3), List.of(3, 2, 2, 3, 2), List.of(1, 2, 1), List.of(1, 1, 0),
                        List.of(2, 1, 1), 1),
                Geometry.of(List.of(1, 4, 3, 4, 5), List.of(4, 2, 3, 3, 3), List.of(1, 1, 2), List.of(1, 1, 1),
                        List.of(1, 1, 1), 2));
    }

    record Geometry(Shape x, Shape w, ConvSpec spec) {
        static Geometry of(List<Integer> x, List<Integer> w, List<Integer> stride, List<Integer> padding,
                List<Integer> dilation, int groups) {
            return new Geometry(Shape.of(x), Shape.of(w), new ConvSpec(stride, padding, dilation, groups));
        }
    }

    /** {@code <conv(x, w), g> = <x, convInputAdjoint(g, w)> = <w, convWeightAdjoint(g, x)>}. */
    @ParameterizedTest
    @MethodSource("geometries")
    void theAdjointsAreAdjoint(Geometry c) {
        Tensor x = TestTensors.normal(1, DType.F64, c.x);
        Tensor w = TestTensors.normal(2, DType.F64, c.w);
        Tensor y = kernels.conv(x, w, c.spec);
        Tensor g = TestTensors.normal(3, DType.F64, y.shape());
        double forward = inner(y, g);
        assertThat(forward).isNotCloseTo(0, within(1e-3));
        assertThat(inner(x, kernels.convInputAdjoint(g, w, c.x, c.spec))).isCloseTo(forward, within(1e-10));
        assertThat(inner(w, kernels.convWeightAdjoint(g, x, c.w, c.spec))).isCloseTo(forward, within(1e-10));
    }

    /** {@code y[n, o, i] = sum_{c, k} w[o, c, k] x[n, c, i stride - padding + k dilation]}, one output at a time. */
    @ParameterizedTest
    @MethodSource("geometries")
    void everyOutputIsTheSumOverItsWindow(Geometry c) {
        Tensor x = TestTensors.normal(4, DType.F64, c.x);
        Tensor w = TestTensors.normal(5, DType.F64, c.w);
        Tensor y = kernels.conv(x, w, c.spec);
        int[] at = new int[y.rank()];
        for (int i = 0; i < y.elements(); i++) {
            unravel(i, y.shape(), at);
            assertThat(y.at(at)).isCloseTo(window(x, w, c.spec, at), within(1e-12));
        }
    }

    private static double window(Tensor x, Tensor w, ConvSpec spec, int[] output) {
        double sum = 0;
        int[] tap = new int[w.rank()];
        int[] cell = new int[x.rank()];
        Shape taps = w.shape().with(0, 1);
        int group = output[1] / (w.size(0) / spec.groups());
        for (int i = 0; i < taps.elements(); i++) {
            unravel(i, taps, tap);
            cell[0] = output[0];
            cell[1] = group * w.size(1) + tap[1];
            boolean inside = true;
            for (int d = 0; d < spec.spatial(); d++) {
                cell[d + 2] = output[d + 2] * spec.stride().get(d) - spec.padding().get(d)
                        + tap[d + 2] * spec.dilation().get(d);
                inside &= cell[d + 2] >= 0 && cell[d + 2] < x.size(d + 2);
            }
            tap[0] = output[1];
            sum += inside ? w.at(tap) * x.at(cell) : 0;
        }
        return sum;
    }

    private static void unravel(int element, Shape shape, int[] index) {
        int rest = element;
        for (int d = shape.rank() - 1; d >= 0; d--) {
            index[d] = rest % shape.size(d);
            rest /= shape.size(d);
        }
    }

    private double inner(Tensor a, Tensor b) {
        return kernels.total(kernels.binary(BinaryFn.MUL, a, b));
    }

    @Test
    void convolutionsThatDoNotFitAreNamed() {
        Tensor x = TestTensors.normal(1, 1, 3, 4, 4);
        ConvSpec spec = ConvSpec.of(2, 1, 0);
        assertThatIllegalArgumentException().isThrownBy(() -> kernels.conv(x, TestTensors.normal(2, 2, 4, 3, 3), spec))
                .withMessageContaining("conv2d").withMessageContaining("[1, 3, 4, 4]")
                .withMessageContaining("[2, 4, 3, 3]");
        assertThatIllegalArgumentException().isThrownBy(() -> kernels.conv(x, TestTensors.normal(2, 2, 3, 5, 3), spec))
                .withMessageContaining("larger").withMessageContaining("[2, 3, 5, 3]");
        assertThatIllegalArgumentException().isThrownBy(() -> kernels.conv(x, TestTensors.normal(2, 2, 3, 3), spec))
                .withMessageContaining("[2, 3, 3]");
        Tensor w = TestTensors.normal(2, 2, 3, 3, 3);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> kernels.convInputAdjoint(TestTensors.normal(3, 1, 2, 3, 2), w, x.shape(), spec))
                .withMessageContaining("convInputAdjoint").withMessageContaining("[1, 2, 2, 2]")
                .withMessageContaining("[1, 2, 3, 2]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> kernels.convWeightAdjoint(TestTensors.normal(3, 1, 2, 3, 2), x, w.shape(), spec))
                .withMessageContaining("convWeightAdjoint").withMessageContaining("[1, 2, 2, 2]")
                .withMessageContaining("[1, 2, 3, 2]");
    }

    @Test
    void aSampleOfNoneGivesNone() {
        Tensor w = TestTensors.normal(2, 2, 3, 3, 3);
        ConvSpec spec = ConvSpec.of(2, 1, 1);
        assertThat(kernels.conv(TestTensors.normal(1, 0, 3, 4, 4), w, spec).shape()).isEqualTo(Shape.of(0, 2, 4, 4));
        TensorAssert.assertSame(
                kernels.convWeightAdjoint(TestTensors.normal(3, 0, 2, 4, 4), TestTensors.normal(1, 0, 3, 4, 4),
                        w.shape(), spec),
                Tensor.zeros(DType.F32, w.shape()));
    }
}
