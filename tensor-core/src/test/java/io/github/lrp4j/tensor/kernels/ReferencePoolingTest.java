package io.github.lrp4j.tensor.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
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

class ReferencePoolingTest {
    private static final double NAN = Double.NaN;
    private static final double INF = Double.POSITIVE_INFINITY;

    private final Kernels kernels = new ReferenceKernels();
    /** 1 .. 15 as [1, 1, 3, 5]. */
    private final Tensor x = Tensor.of(new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, 1, 1, 3, 5);

    private static PoolSpec spec(int kernel, int stride, int padding, boolean ceilMode, boolean countIncludePad) {
        return new PoolSpec(List.of(kernel, kernel), List.of(stride, stride), List.of(padding, padding), List.of(1, 1),
                ceilMode, countIncludePad);
    }

    @Test
    void maximaAndTheirPlaces() {
        Indexed pooled = kernels.maxPool(x, spec(2, 2, 0, false, true));
        TensorAssert.assertSame(pooled.values(), Tensor.of(new double[] {7, 9}, 1, 1, 1, 2));
        TensorAssert.assertSame(pooled.indices(), Tensor.of(new int[] {6, 8}, Shape.of(1, 1, 1, 2)));
        Indexed ceil = kernels.maxPool(x, spec(2, 2, 0, true, true));
        TensorAssert.assertSame(ceil.values(), Tensor.of(new double[] {7, 9, 10, 12, 14, 15}, 1, 1, 2, 3));
        Indexed padded = kernels.maxPool(x, spec(3, 3, 1, false, true));
        TensorAssert.assertSame(padded.values(), Tensor.of(new double[] {7, 10}, 1, 1, 1, 2));
    }

    @Test
    void aDilatedWindowSkipsCells() {
        PoolSpec dilated = new PoolSpec(List.of(2), List.of(1), List.of(0), List.of(3), false, true);
        Indexed pooled = kernels.maxPool(Tensor.of(new double[] {5, 9, 1, 2, 3, 4}, 1, 1, 6), dilated);
        TensorAssert.assertSame(pooled.values(), Tensor.of(new double[] {5, 9, 4}, 1, 1, 3));
        TensorAssert.assertSame(pooled.indices(), Tensor.of(new int[] {0, 1, 5}, Shape.of(1, 1, 3)));
    }

    @Test
    void aLastWindowThatStartsInTheRightPaddingDoesNotCount() {
        Tensor row = TestTensors.normal(1, 1, 1, 4);
        PoolSpec ceil = new PoolSpec(List.of(2), List.of(3), List.of(1), List.of(1), true, true);
        assertThat(kernels.maxPool(row, ceil).values().shape()).isEqualTo(Shape.of(1, 1, 2));
        assertThat(kernels.avgPool(TestTensors.normal(1, 1, 1, 2), ceil).shape()).isEqualTo(Shape.of(1, 1, 1));
    }

    @Test
    void theFirstOfEqualsAndTheFirstNanWin() {
        PoolSpec window = PoolSpec.of(1, 4, 4, 0);
        Tensor rows = Tensor.of(new double[] {1, 3, 3, 2, 1, NAN, INF, NAN, -INF, -INF, -INF, -INF}, 1, 3, 4);
        Indexed pooled = kernels.maxPool(rows, window);
        TensorAssert.assertSame(pooled.values(), Tensor.of(new double[] {3, NAN, -INF}, 1, 3, 1));
        TensorAssert.assertSame(pooled.indices(), Tensor.of(new int[] {1, 1, 0}, Shape.of(1, 3, 1)));
    }

    @Test
    void aWindowWithoutAnyCellIsRefused() {
        PoolSpec apart = new PoolSpec(List.of(2), List.of(1), List.of(1), List.of(2), false, true);
        assertThatIllegalArgumentException().isThrownBy(() -> kernels.maxPool(TestTensors.normal(1, 1, 1, 1), apart))
                .withMessageContaining("maxPool").withMessageContaining("[1, 1, 1]");
    }

    @Test
    void averagesCountPaddingOrNot() {
        Tensor row = Tensor.of(new double[] {1, 2, 3, 4, 5}, 1, 1, 5);
        for (boolean counted : new boolean[] {true, false}) {
            PoolSpec padded = new PoolSpec(List.of(3), List.of(2), List.of(1), List.of(1), false, counted);
            TensorAssert.assertClose(kernels.avgPool(row, padded),
                    Tensor.of(counted ? new double[] {1, 3, 3} : new double[] {1.5, 3, 4.5}, 1, 1, 3),
                    1e-15, 0);
            // With ceilMode the last window reaches beyond even the padding; what lies there is never counted.
            PoolSpec ceil = new PoolSpec(List.of(3), List.of(3), List.of(1), List.of(1), true, counted);
            TensorAssert.assertClose(kernels.avgPool(row, ceil),
                    Tensor.of(counted ? new double[] {1, 4} : new double[] {1.5, 4}, 1, 1, 2), 1e-15, 0);
            PoolSpec beyond = new PoolSpec(List.of(4), List.of(3), List.of(1), List.of(1), true, counted);
            TensorAssert.assertClose(kernels.avgPool(row, beyond),
                    Tensor.of(counted ? new double[] {1.5, 3} : new double[] {2, 4}, 1, 1, 2), 1e-15, 0);
        }
        PoolSpec dilated = new PoolSpec(List.of(2), List.of(1), List.of(0), List.of(2), false, true);
        assertThatIllegalArgumentException().isThrownBy(() -> kernels.avgPool(row, dilated))
                .withMessageContaining("[1, 1, 5]");
    }

    @Test
    void adaptiveWindowsOverlapWhereTheyDoNotFit() {
        Tensor row = Tensor.of(new double[] {1, 2, 3, 4, 5}, 1, 1, 5);
        TensorAssert.assertClose(kernels.adaptiveAvgPool(row, List.of(3)),
                Tensor.of(new double[] {1.5, 3, 4.5}, 1, 1, 3), 1e-15, 0);
        TensorAssert.assertClose(kernels.adaptiveAvgPool(row, List.of(2)), Tensor.of(new double[] {2, 4}, 1, 1, 2),
                1e-15, 0);
        TensorAssert.assertClose(kernels.adaptiveAvgPool(row.slice(2, 0, 2), List.of(3)),
                Tensor.of(new double[] {1, 1.5, 2}, 1, 1, 3), 1e-15, 0);
        TensorAssert.assertClose(kernels.adaptiveAvgPool(x, List.of(1, 1)), Tensor.of(new double[] {8}, 1, 1, 1, 1),
                1e-15, 0);
        assertThatIllegalArgumentException().isThrownBy(() -> kernels.adaptiveAvgPool(x, List.of(1)))
                .withMessageContaining("[1, 1, 3, 5]");
    }

    @Test
    void planesAreGatheredAndScatteredEachOnItsOwn() {
        Tensor planes = Tensor.of(new double[] {1, 2, 3, 4, 10, 20, 30, 40}, 1, 2, 2, 2);
        Tensor indices = Tensor.of(new int[] {3, 3, 0, 1}, Shape.of(1, 2, 1, 2));
        TensorAssert.assertSame(kernels.planeGather(planes, indices),
                Tensor.of(new double[] {4, 4, 10, 20}, 1, 2, 1, 2));
        TensorAssert.assertSame(
                kernels.planeScatter(Tensor.of(new double[] {1, 2, 3, 4}, 1, 2, 1, 2), indices, planes.shape()),
                Tensor.of(new double[] {0, 0, 0, 3, 3, 4, 0, 0}, 1, 2, 2, 2));
        Tensor outside = Tensor.of(new int[] {4, 0}, Shape.of(1, 2, 1));
        assertThatThrownBy(() -> kernels.planeGather(planes, outside)).isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessageContaining("planeGather").hasMessageContaining("4").hasMessageContaining("[1, 2, 2, 2]");
        assertThatIllegalArgumentException().isThrownBy(() -> kernels.planeGather(planes, outside.reshape(2, 1, 1)))
                .withMessageContaining("[1, 2, 2, 2]").withMessageContaining("[2, 1, 1]");
        assertThat(kernels.planeGather(TestTensors.normal(1, 0, 2, 3, 3), Tensor.of(new int[0], Shape.of(0, 2, 1, 1)))
                .shape())
                .isEqualTo(Shape.of(0, 2, 1, 1));
    }

    static List<PoolSpec> specs() {
        return List.of(PoolSpec.of(2, 2, 2, 0), PoolSpec.of(2, 3, 1, 1), spec(3, 2, 1, true, false),
                spec(2, 3, 1, true, true),
                spec(3, 2, 1, false, false), new PoolSpec(List.of(3), List.of(2), List.of(1), List.of(1), true, false),
                new PoolSpec(List.of(2, 3, 1), List.of(1, 2, 2), List.of(1, 1, 0), List.of(1, 1, 1), true, false));
    }

    private static Shape input(PoolSpec spec) {
        return Shape.of(List.of(2, 3, 7, 6, 5).subList(0, spec.spatial() + 2));
    }

    /** {@code <pool(x), g> = <x, poolAdjoint(g)>}, the maximum with its places held fast. */
    @ParameterizedTest
    @MethodSource("specs")
    void theAdjointsAreAdjoint(PoolSpec spec) {
        Shape shape = input(spec);
        Tensor in = TestTensors.normal(1, DType.F64, shape);
        Tensor g = TestTensors.normal(2, DType.F64, spec.outputShape(shape));
        assertThat(inner(in, kernels.avgPoolAdjoint(g, shape, spec))).isCloseTo(inner(kernels.avgPool(in, spec), g),
                within(1e-11));
        Indexed max = kernels.maxPool(in, spec);
        TensorAssert.assertSame(kernels.planeGather(in, max.indices()), max.values());
        assertThat(inner(in, kernels.planeScatter(g, max.indices(), shape))).isCloseTo(inner(max.values(), g),
                within(1e-11));
        Tensor adaptive = kernels.adaptiveAvgPool(in, List.of(3, 4, 2).subList(0, spec.spatial()));
        Tensor h = TestTensors.normal(3, DType.F64, adaptive.shape());
        assertThat(inner(in, kernels.adaptiveAvgPoolAdjoint(h, shape))).isCloseTo(inner(adaptive, h), within(1e-11));
    }

    @Test
    void adjointsNameWhatDoesNotFit() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> kernels.avgPoolAdjoint(TestTensors.normal(1, 1, 1, 2, 2), x.shape(),
                        spec(2, 2, 0, false, true)))
                .withMessageContaining("avgPoolAdjoint").withMessageContaining("[1, 1, 1, 2]")
                .withMessageContaining("[1, 1, 2, 2]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> kernels.adaptiveAvgPoolAdjoint(TestTensors.normal(1, 1, 2, 2, 2), x.shape()))
                .withMessageContaining("[1, 1, 3, 5]").withMessageContaining("[1, 2, 2, 2]");
        assertThatIllegalArgumentException().isThrownBy(() -> kernels.maxPool(x, spec(4, 1, 0, false, true)))
                .withMessageContaining("[1, 1, 3, 5]");
    }

    private double inner(Tensor a, Tensor b) {
        return kernels.total(kernels.binary(BinaryFn.MUL, a, b));
    }
}
