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
import org.junit.jupiter.params.provider.EnumSource;

class ReferenceReductionsTest {
    private static final double NAN = Double.NaN;
    private static final double INF = Double.POSITIVE_INFINITY;

    private final Kernels kernels = new ReferenceKernels();
    /** 1 .. 12 as [2, 3, 2]. */
    private final Tensor x = Tensor.of(new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, 2, 3, 2);

    @Test
    void sumsFoldTheNamedDimensions() {
        TensorAssert.assertSame(kernels.reduce(Reduction.SUM, x, List.of(1), false),
                Tensor.of(new double[] {9, 12, 27, 30}, 2, 2));
        TensorAssert.assertSame(kernels.reduce(Reduction.SUM, x, List.of(0, 2), false),
                Tensor.of(new double[] {18, 26, 34}, 3));
        TensorAssert.assertSame(kernels.reduce(Reduction.SUM, x, List.of(2, 0), true),
                Tensor.of(new double[] {18, 26, 34}, 1, 3, 1));
        TensorAssert.assertSame(kernels.reduce(Reduction.SUM, x, List.of(), false), Tensor.scalar(78, DType.F64));
        TensorAssert.assertSame(kernels.reduce(Reduction.SUM, x, List.of(), true),
                Tensor.of(new double[] {78}, 1, 1, 1));
        TensorAssert.assertSame(kernels.reduce(Reduction.SUM, Tensor.scalar(5, DType.F32), List.of(), false),
                Tensor.scalar(5, DType.F32));
    }

    @Test
    void theOtherReductionsByHand() {
        TensorAssert.assertSame(kernels.reduce(Reduction.MEAN, x, List.of(1), false),
                Tensor.of(new double[] {3, 4, 9, 10}, 2, 2));
        TensorAssert.assertSame(kernels.reduce(Reduction.MAX, x, List.of(0), false),
                Tensor.of(new double[] {7, 8, 9, 10, 11, 12}, 3, 2));
        TensorAssert.assertSame(kernels.reduce(Reduction.MIN, x, List.of(1, 2), true),
                Tensor.of(new double[] {1, 7}, 2, 1, 1));
        TensorAssert.assertSame(kernels.reduce(Reduction.PROD, x, List.of(1), false),
                Tensor.of(new double[] {15, 48, 693, 960}, 2, 2));
    }

    @Test
    void nothingHasASumAndAProductButNoExtremum() {
        Tensor none = TestTensors.normal(1, DType.F64, Shape.of(0, 3));
        assertThat(kernels.reduce(Reduction.SUM, none, List.of(0), false).toDoubleArray()).containsExactly(0, 0, 0);
        assertThat(kernels.reduce(Reduction.MEAN, none, List.of(0), false).toDoubleArray()).containsExactly(NAN, NAN,
                NAN);
        assertThat(kernels.reduce(Reduction.PROD, none, List.of(), false).item()).isEqualTo(1);
        assertThat(kernels.reduce(Reduction.MAX, none, List.of(1), false).shape()).isEqualTo(Shape.of(0));
        assertThatIllegalArgumentException().isThrownBy(() -> kernels.reduce(Reduction.MAX, none, List.of(0), false))
                .withMessageContaining("MAX").withMessageContaining("[0, 3]");
        assertThatIllegalArgumentException().isThrownBy(() -> kernels.extremum(none, 0, true))
                .withMessageContaining("[0, 3]");
        assertThat(kernels.extremum(none, 1, true).indices().shape()).isEqualTo(Shape.of(0));
    }

    @ParameterizedTest
    @EnumSource
    void nanWinsInEveryReduction(Reduction reduction) {
        Tensor row = Tensor.of(new double[] {1, NAN, INF, -INF, 2, 3, 4, 5}, 2, 4);
        double[] got = kernels.reduce(reduction, row, List.of(1), false).toDoubleArray();
        assertThat(got[0]).isNaN();
        assertThat(got[1]).isEqualTo(switch (reduction) {
            case SUM -> 14;
            case MEAN -> 3.5;
            case MAX -> 5;
            case MIN -> 2;
            case PROD -> 120;
        });
    }

    @Test
    void integersAreCountedExactly() {
        long big = 1L << 60;
        Tensor row = Tensor.of(new long[] {big, 1, -2}, 3);
        TensorAssert.assertSame(kernels.reduce(Reduction.SUM, row, List.of(), false),
                Tensor.of(new long[] {big - 1}, Shape.SCALAR));
        TensorAssert.assertSame(kernels.reduce(Reduction.MAX, row, List.of(), false),
                Tensor.of(new long[] {big}, Shape.SCALAR));
        TensorAssert.assertSame(kernels.reduce(Reduction.PROD, row, List.of(), false),
                Tensor.of(new long[] {-2 * big}, Shape.SCALAR));
        assertThat(kernels.reduce(Reduction.MEAN, Tensor.of(new long[] {1, 2}, 2), List.of(), false).item())
                .isEqualTo(1.5);
        Tensor mask = Tensor.of(new byte[] {1, 0, 1, 1}, DType.BOOL, Shape.of(2, 2));
        TensorAssert.assertSame(kernels.reduce(Reduction.SUM, mask, List.of(1), false),
                Tensor.of(new long[] {1, 2}, 2));
        TensorAssert.assertSame(kernels.reduce(Reduction.MIN, mask, List.of(1), false),
                Tensor.of(new byte[] {0, 1}, DType.BOOL, Shape.of(2)));
    }

    @Test
    void extremaNameTheFirstPosition() {
        Tensor rows = Tensor.of(new double[] {3, 7, 7, 1, 1, 0, -4, 0, NAN, NAN, 9, 2}, 3, 4);
        Indexed largest = kernels.extremum(rows, 1, true);
        TensorAssert.assertSame(largest.values(), Tensor.of(new double[] {7, 1, NAN}, 3));
        TensorAssert.assertSame(largest.indices(), Tensor.of(new long[] {1, 0, 0}, 3));
        Indexed smallest = kernels.extremum(rows, 1, false);
        TensorAssert.assertSame(smallest.values(), Tensor.of(new double[] {1, -4, NAN}, 3));
        TensorAssert.assertSame(smallest.indices(), Tensor.of(new long[] {3, 2, 0}, 3));
        TensorAssert.assertSame(kernels.extremum(rows, 0, true).indices(), Tensor.of(new long[] {2, 2, 2, 2}, 4));
    }

    @Test
    void extremaOfAMiddleDimensionKeepTheOrderOfTheOthers() {
        Indexed largest = kernels.extremum(x, 1, true);
        TensorAssert.assertSame(largest.values(), Tensor.of(new double[] {5, 6, 11, 12}, 2, 2));
        TensorAssert.assertSame(largest.indices(), Tensor.of(new long[] {2, 2, 2, 2}, 2, 2));
        Indexed first = kernels.extremum(x, 0, false);
        TensorAssert.assertSame(first.values(), Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 3, 2));
    }

    @Test
    void runningSumsGoBothWays() {
        TensorAssert.assertSame(kernels.cumulativeSum(x, 1, false),
                Tensor.of(new double[] {1, 2, 4, 6, 9, 12, 7, 8, 16, 18, 27, 30}, 2, 3, 2));
        TensorAssert.assertSame(kernels.cumulativeSum(x, 1, true),
                Tensor.of(new double[] {9, 12, 8, 10, 5, 6, 27, 30, 20, 22, 11, 12}, 2, 3, 2));
        TensorAssert.assertSame(kernels.cumulativeSum(x, -1, false).slice(0, 0, 1),
                Tensor.of(new double[] {1, 3, 3, 7, 5, 11}, 1, 3, 2));
        TensorAssert.assertSame(kernels.cumulativeSum(Tensor.of(new long[] {1L << 60, 1}, 2), 0, false),
                Tensor.of(new long[] {1L << 60, (1L << 60) + 1}, 2));
        assertThat(kernels.cumulativeSum(TestTensors.normal(1, 2, 0), 1, false).shape()).isEqualTo(Shape.of(2, 0));
    }

    @Test
    void totalsAreFloat64() {
        assertThat(kernels.total(Tensor.of(new float[] {1e8f, 1, -1e8f}, 3))).isEqualTo(1);
        assertThat(kernels.total(TestTensors.normal(1, 0))).isZero();
        assertThat(kernels.total(Tensor.full(0.1f, DType.F32, Shape.of(10, 10)))).isEqualTo(100 * (double) 0.1f,
                within(1e-12));
    }

    @Test
    void sumToIsTheAdjointOfExpand() {
        for (Shape shape : List.of(Shape.of(3, 1), Shape.of(4), Shape.of(2, 1, 4), Shape.SCALAR, Shape.of(2, 3, 4),
                Shape.of(1, 1, 1, 4))) {
            Shape target = Shape.broadcast(shape, Shape.of(2, 3, 4));
            Tensor a = TestTensors.normal(1, DType.F64, shape);
            Tensor g = TestTensors.normal(2, DType.F64, target);
            double forward = kernels.total(kernels.binary(BinaryFn.MUL, a.expand(target), g));
            Tensor adjoint = kernels.sumTo(g, shape);
            assertThat(adjoint.shape()).isEqualTo(shape);
            assertThat(kernels.total(kernels.binary(BinaryFn.MUL, a, adjoint))).isCloseTo(forward, within(1e-12));
        }
    }
}
