package io.github.lrp4j.tensor.testing;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.PoolSpec;
import java.util.List;

/** Cases of the poolings and their adjoints. */
final class PoolingAgreement {
    private PoolingAgreement() {
    }

    static void run(Comparison comparison) {
        for (int size : new int[] {1, 2, 3, 7, 8, 13, 15, 16, 17, 31, 33, 64}) {
            maxPool(comparison, Shape.of(2, 3, 3, size), spec(2, 1, 1, 0));
            maxPool(comparison, Shape.of(1, 2, 4, size), spec(2, 2, 2, 1));
            maxPool(comparison, Shape.of(1, 2, 4, size), spec(2, 3, 2, 1));
            average(comparison, Shape.of(2, 3, 3, size), spec(2, 1, 1, 0));
            average(comparison, Shape.of(1, 2, 4, size), spec(2, 3, 2, 1));
            average(comparison, Shape.of(2, 1, size), spec(1, 2, 1, 1));
            adaptive(comparison, Shape.of(2, 3, 5, size), List.of(1, 1));
            adaptive(comparison, Shape.of(2, 3, 5, size), List.of(2, 3));
            adaptive(comparison, Shape.of(2, 3, size, 4), List.of(7, 7));
        }
        for (boolean ceil : new boolean[] {false, true}) {
            for (boolean countPadding : new boolean[] {false, true}) {
                for (PoolSpec spec : List.of(
                        new PoolSpec(List.of(3, 2), List.of(2, 3), List.of(1, 1), List.of(1, 1), ceil, countPadding),
                        new PoolSpec(List.of(2, 2), List.of(2, 2), List.of(0, 0), List.of(1, 1), ceil, countPadding),
                        new PoolSpec(List.of(3, 3), List.of(1, 2), List.of(0, 1), List.of(1, 1), ceil, countPadding))) {
                    average(comparison, Shape.of(2, 3, 7, 10), spec);
                    average(comparison, Shape.of(1, 17, 8, 5), spec);
                    maxPool(comparison, Shape.of(2, 3, 7, 10), spec);
                    maxPool(comparison, Shape.of(1, 17, 8, 5), spec);
                }
                average(comparison, Shape.of(2, 2, 5, 6, 7),
                        new PoolSpec(List.of(2, 3, 2), List.of(2, 2, 3), List.of(1, 0, 1), List.of(1, 1, 1), ceil,
                                countPadding));
            }
            maxPool(comparison, Shape.of(2, 2, 9, 11),
                    new PoolSpec(List.of(3, 2), List.of(2, 1), List.of(1, 0), List.of(2, 3), ceil, true));
            maxPool(comparison, Shape.of(1, 2, 5, 6, 7),
                    new PoolSpec(List.of(2, 3, 2), List.of(2, 2, 3), List.of(1, 0, 1), List.of(1, 1, 1), ceil, true));
            maxPool(comparison, Shape.of(2, 3, 17),
                    new PoolSpec(List.of(4), List.of(3), List.of(2), List.of(1), ceil, true));
        }
        adaptive(comparison, Shape.of(2, 3, 17), List.of(4));
        adaptive(comparison, Shape.of(1, 2, 5, 6, 7), List.of(2, 6, 3));
        maxPool(comparison, Shape.of(0, 3, 6, 6), spec(2, 2, 2, 0));
        average(comparison, Shape.of(0, 3, 6, 6), spec(2, 2, 2, 0));
        large(comparison);
        notFinite(comparison);
        refusals(comparison);
    }

    private static PoolSpec spec(int spatial, int kernel, int stride, int padding) {
        return PoolSpec.of(spatial, kernel, stride, padding);
    }

    private static boolean fits(Shape shape, PoolSpec spec) {
        for (int d = 0; d < spec.spatial(); d++) {
            if (shape.size(d + 2) + 2 * spec.padding().get(d) < spec.dilation().get(d) * (spec.kernel().get(d) - 1)
                    + 1) {
                return false;
            }
        }
        return true;
    }

    private static void maxPool(Comparison comparison, Shape shape, PoolSpec spec) {
        if (!fits(shape, spec)) {
            return;
        }
        Tensor x = TestTensors.coarse(1, DType.F32, shape);
        comparison.check("maxPool " + spec, Tolerance.EXACT, (k, t) -> k.maxPool(t[0], spec).values(), x);
        comparison.check("maxPool position " + spec, Tolerance.EXACT, (k, t) -> k.maxPool(t[0], spec).indices(), x);
        Tensor indices = comparison.reference().maxPool(x, spec).indices();
        Tensor g = TestTensors.normal(2, indices.shape());
        comparison.check("planeGather", Tolerance.EXACT, (k, t) -> k.planeGather(t[0], t[1]), x, indices);
        AgreementCase scatter = (k, t) -> k.planeScatter(t[0], t[1], shape);
        comparison.check("planeScatter", Tolerance.scaled(4, scatter), scatter, g, indices);
    }

    private static void average(Comparison comparison, Shape shape, PoolSpec spec) {
        if (!fits(shape, spec)) {
            return;
        }
        int cells = spec.kernel().stream().mapToInt(k -> k).reduce(1, (a, b) -> a * b);
        AgreementCase kernel = (k, t) -> k.avgPool(t[0], spec);
        comparison.check("avgPool " + spec, Tolerance.sumOf(cells, kernel), kernel, TestTensors.normal(3, shape));
        AgreementCase adjoint = (k, t) -> k.avgPoolAdjoint(t[0], shape, spec);
        comparison.check("avgPoolAdjoint to " + shape + " " + spec, Tolerance.sumOf(cells, adjoint), adjoint,
                TestTensors.normal(4, spec.outputShape(shape)));
    }

    private static void adaptive(Comparison comparison, Shape shape, List<Integer> outputSize) {
        AgreementCase kernel = (k, t) -> k.adaptiveAvgPool(t[0], outputSize);
        Tensor x = TestTensors.normal(5, shape);
        comparison.check("adaptiveAvgPool to " + outputSize, Tolerance.scaled(8, kernel), kernel, x);
        AgreementCase adjoint = (k, t) -> k.adaptiveAvgPoolAdjoint(t[0], shape);
        Shape out = comparison.reference().adaptiveAvgPool(x, outputSize).shape();
        comparison.check("adaptiveAvgPoolAdjoint to " + shape, Tolerance.scaled(8, adjoint), adjoint,
                TestTensors.normal(6, out));
    }

    private static void large(Comparison comparison) {
        Tensor x = TestTensors.coarse(7, DType.F32, Shape.of(2, 64, 56, 57));
        for (PoolSpec spec : List.of(spec(2, 2, 2, 0), spec(2, 3, 2, 1))) {
            comparison.checkOnce("maxPool " + spec, Tolerance.EXACT, (k, t) -> k.maxPool(t[0], spec).values(), x);
            comparison.checkOnce("maxPool position " + spec, Tolerance.EXACT, (k, t) -> k.maxPool(t[0], spec).indices(),
                    x);
            AgreementCase average = (k, t) -> k.avgPool(t[0], spec);
            comparison.checkOnce("avgPool " + spec, Tolerance.scaled(8, average), average, x);
        }
        AgreementCase global = (k, t) -> k.adaptiveAvgPool(t[0], List.of(1, 1));
        comparison.checkOnce("adaptiveAvgPool", Tolerance.scaled(8, global), global, x);
    }

    private static void notFinite(Comparison comparison) {
        for (PoolSpec spec : List.of(spec(2, 2, 2, 0), spec(2, 3, 1, 1))) {
            for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
                float[] values = TestTensors.normal(8, 2, 1, 6, 19).toFloatArray();
                for (int at : new int[] {0, 1, 19, 60, 61, 80, 130, 227}) {
                    values[at] = value;
                }
                Tensor x = Tensor.of(values, 2, 1, 6, 19);
                comparison.checkOnce("maxPool with " + value, Tolerance.EXACT, (k, t) -> k.maxPool(t[0], spec).values(),
                        x);
                comparison.checkOnce("maxPool position with " + value, Tolerance.EXACT,
                        (k, t) -> k.maxPool(t[0], spec).indices(), x);
            }
            Tensor lowest = Tensor.full(Double.NEGATIVE_INFINITY, DType.F32, Shape.of(1, 1, 6, 19));
            comparison.checkOnce("maxPool of -Infinity", Tolerance.EXACT, (k, t) -> k.maxPool(t[0], spec).values(),
                    lowest);
            comparison.checkOnce("maxPool position of -Infinity", Tolerance.EXACT,
                    (k, t) -> k.maxPool(t[0], spec).indices(), lowest);
        }
    }

    private static void refusals(Comparison comparison) {
        Tensor x = TestTensors.normal(9, 1, 2, 4, 4);
        comparison.checkRefusal("maxPool", IllegalArgumentException.class, List.of(x.shape()),
                (k, t) -> k.maxPool(t[0], spec(2, 5, 1, 0)).values(), x);
        comparison.checkRefusal("avgPool", IllegalArgumentException.class, List.of(x.shape()),
                (k, t) -> k.avgPool(t[0], spec(1, 2, 1, 0)), x);
        Tensor indices = Tensor.of(new int[] {0, 16}, Shape.of(1, 2, 1));
        comparison.checkRefusal("planeGather", IndexOutOfBoundsException.class, List.of(x.shape()),
                (k, t) -> k.planeGather(t[0], t[1]), x, indices);
        comparison.checkRefusal("planeScatter", IndexOutOfBoundsException.class, List.of(x.shape()),
                (k, t) -> k.planeScatter(t[0], t[1], x.shape()), TestTensors.normal(10, 1, 2, 1), indices);
        comparison.checkRefusal("avgPoolAdjoint", IllegalArgumentException.class,
                List.of(Shape.of(1, 2, 3, 3), x.shape()),
                (k, t) -> k.avgPoolAdjoint(t[0], x.shape(), spec(2, 2, 2, 0)), TestTensors.normal(11, 1, 2, 3, 3));
    }
}
