package io.github.lrp4j.tensor.testing;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Reduction;
import java.util.List;

/** Cases of the reductions. */
final class ReductionAgreement {
    private static final int[] SIZES = {1, 2, 3, 7, 8, 13, 15, 16, 17, 31, 33, 64, 100, 207, 1031};

    private ReductionAgreement() {
    }

    static void run(Comparison comparison) {
        for (Shape shape : List.of(Shape.of(5), Shape.of(3, 1), Shape.of(1, 1, 5), Shape.of(3, 5), Shape.SCALAR,
                Shape.of(1))) {
            comparison.check("sumTo " + shape, Tolerance.scaled(8, (k, t) -> k.sumTo(t[0], shape)),
                    (k, t) -> k.sumTo(t[0], shape),
                    TestTensors.normal(70, 2, 3, 5));
        }
        totals(comparison);
        cumulativeSums(comparison);
        extrema(comparison);
        longSums(comparison);
        integers(comparison);
        notFinite(comparison);
        for (Reduction reduction : Reduction.values()) {
            for (int size : SIZES) {
                reduce(comparison, reduction, Shape.of(size), List.of());
                reduce(comparison, reduction, Shape.of(3, size), List.of(1));
                reduce(comparison, reduction, Shape.of(size, 5), List.of(0));
                reduce(comparison, reduction, Shape.of(5, size), List.of(0));
            }
            reduce(comparison, reduction, Shape.SCALAR, List.of());
            reduce(comparison, reduction, Shape.of(3, 5, 7), List.of(1));
            reduce(comparison, reduction, Shape.of(3, 5, 17), List.of(0, 2));
            reduce(comparison, reduction, Shape.of(3, 5, 17), List.of(2, 1));
            reduce(comparison, reduction, Shape.of(2, 3, 5, 9), List.of(0, 2, 3));
            reduce(comparison, reduction, Shape.of(2, 3, 5, 9), List.of(1, 3));
            reduce(comparison, reduction, Shape.of(2, 3, 5, 9), List.of());
            reduce(comparison, reduction, Shape.of(3, 0), List.of(0));
            reduce(comparison, reduction, Shape.of(1, 4, 1), List.of(0, 2));
            if (reduction != Reduction.MAX && reduction != Reduction.MIN) {
                reduce(comparison, reduction, Shape.of(3, 0), List.of(1));
                reduce(comparison, reduction, Shape.of(0), List.of());
            } else {
                comparison.checkRefusal(reduction + " of nothing", IllegalArgumentException.class,
                        List.of(Shape.of(3, 0)),
                        (k, t) -> k.reduce(reduction, t[0], List.of(1), false), TestTensors.normal(1, 3, 0));
            }
            AgreementCase expanded = (k, t) -> k.reduce(reduction, t[0].expand(Shape.of(4, 33)), List.of(), false);
            comparison.check(reduction + " of expanded", tolerance(reduction, 132, expanded), expanded,
                    TestTensors.uniform(2, 0.95, 1.05, DType.F32, Shape.of(33)));
        }
    }

    private static void reduce(Comparison comparison, Reduction reduction, Shape shape, List<Integer> dims) {
        Tensor x = reduction == Reduction.PROD
                ? TestTensors.uniform(3, 0.9, 1.1, DType.F32, shape)
                : TestTensors.coarse(4, DType.F32, shape);
        for (boolean keep : new boolean[] {false, true}) {
            AgreementCase kernel = (k, t) -> k.reduce(reduction, t[0], dims, keep);
            comparison.check(reduction + " over " + dims, tolerance(reduction, shape.arrayLength(), kernel), kernel, x);
        }
    }

    private static Tolerance tolerance(Reduction reduction, double terms, AgreementCase kernel) {
        return switch (reduction) {
            case MAX, MIN -> Tolerance.EXACT;
            case PROD -> Tolerance.units(4 + terms, 0);
            case SUM, MEAN -> Tolerance.scaled(6, kernel);
        };
    }

    private static void notFinite(Comparison comparison) {
        for (int size : SIZES) {
            for (int at : new int[] {0, size / 2, size - 1}) {
                for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
                    float[] values = TestTensors.normal(5, 2 * size).toFloatArray();
                    values[at] = value;
                    Tensor x = Tensor.of(values, 2, size);
                    for (Reduction reduction : Reduction.values()) {
                        Tolerance tolerance = reduction == Reduction.MAX || reduction == Reduction.MIN
                                ? Tolerance.EXACT
                                : Tolerance.units(32 + size, 32 + size);
                        comparison.checkOnce(reduction + " with " + value + " at " + at, tolerance,
                                (k, t) -> k.reduce(reduction, t[0], List.of(1), false), x);
                        comparison.checkOnce(reduction + " with " + value + " at " + at, tolerance,
                                (k, t) -> k.reduce(reduction, t[0], List.of(0), false), x);
                    }
                }
            }
        }
    }

    private static void integers(Comparison comparison) {
        Tensor x = Tensor.of(new long[] {(1L << 60) + 1, 3, -2, 5, 7, (1L << 60) + 3}, 2, 3);
        for (Reduction reduction : List.of(Reduction.SUM, Reduction.MAX, Reduction.MIN, Reduction.PROD)) {
            comparison.check(reduction + " of integers", Tolerance.EXACT,
                    (k, t) -> k.reduce(reduction, t[0], List.of(1), false), x);
            comparison.check(reduction + " of a mask", Tolerance.EXACT,
                    (k, t) -> k.reduce(reduction, t[0], List.of(0), true),
                    TestTensors.mask(6, Shape.of(3, 17)));
        }
    }

    /** The contract on sums: about one unit of the largest partial sum per 10^4 terms. */
    private static void longSums(Comparison comparison) {
        int n = 100_003;
        for (Tensor x : List.of(TestTensors.normal(7, n), TestTensors.uniform(8, 0, 1, DType.F32, Shape.of(n)),
                TestTensors.uniform(9, 1000, 1001, DType.F32, Shape.of(n)))) {
            Tolerance tolerance =
                    Tolerance.scaled(4 + n / 1e4, (k, t) -> k.reduce(Reduction.SUM, t[0], List.of(), false));
            comparison.checkOnce("long SUM", tolerance, (k, t) -> k.reduce(Reduction.SUM, t[0], List.of(), false), x);
            comparison.checkOnce("long SUM of a column", tolerance,
                    (k, t) -> k.reduce(Reduction.SUM, t[0], List.of(0), false), x.unsqueeze(1));
            Tensor rows = x.slice(0, 0, 100_000).reshape(20_000, 5);
            comparison.checkOnce("long SUM of columns",
                    Tolerance.scaled(6, (k, t) -> k.reduce(Reduction.SUM, t[0], List.of(0), false)),
                    (k, t) -> k.reduce(Reduction.SUM, t[0], List.of(0), false), rows);
        }
        comparison.checkOnce("MEAN of planes", Tolerance.units(8, 8),
                (k, t) -> k.reduce(Reduction.MEAN, t[0], List.of(2, 3), false),
                TestTensors.uniform(10, 1, 2, DType.F32, Shape.of(2, 64, 56, 56)));
    }

    private static void extrema(Comparison comparison) {
        for (boolean largest : new boolean[] {true, false}) {
            for (int size : SIZES) {
                extremum(comparison, TestTensors.coarse(20, DType.F32, Shape.of(size)), 0, largest);
                extremum(comparison, TestTensors.coarse(21, DType.F32, Shape.of(3, size)), 1, largest);
                extremum(comparison, TestTensors.coarse(22, DType.F32, Shape.of(size, 5)), 0, largest);
                extremum(comparison, TestTensors.coarse(23, DType.F32, Shape.of(2, size, 3)), 1, largest);
                float[] values = TestTensors.normal(24, 2 * size).toFloatArray();
                values[size - 1] = Float.NaN;
                values[size / 2] = Float.NaN;
                values[size] = largest ? Float.POSITIVE_INFINITY : Float.NEGATIVE_INFINITY;
                extremum(comparison, Tensor.of(values, 2, size), 1, largest);
                extremum(comparison, Tensor.of(values, 2, size), 0, largest);
            }
            extremum(comparison, Tensor.full(largest ? Float.NEGATIVE_INFINITY : Float.POSITIVE_INFINITY, DType.F32,
                    Shape.of(3, 17)), 1, largest);
            extremum(comparison, TestTensors.normal(25, 0, 4), 1, largest);
            extremum(comparison, Tensor.of(new long[] {1L << 60, (1L << 60) + 1, (1L << 60) - 1}, 3), 0, largest);
            comparison.checkRefusal("extremum of nothing", IllegalArgumentException.class, List.of(Shape.of(3, 0)),
                    (k, t) -> k.extremum(t[0], 1, largest).values(), TestTensors.normal(26, 3, 0));
        }
    }

    private static void extremum(Comparison comparison, Tensor x, int dim, boolean largest) {
        comparison.check("extremum along " + dim, Tolerance.EXACT, (k, t) -> k.extremum(t[0], dim, largest).values(),
                x);
        comparison.check("extremum position along " + dim, Tolerance.EXACT,
                (k, t) -> k.extremum(t[0], dim, largest).indices(), x);
    }

    private static void cumulativeSums(Comparison comparison) {
        for (boolean reversed : new boolean[] {false, true}) {
            for (int size : SIZES) {
                for (Shape shape : List.of(Shape.of(size), Shape.of(size, 3), Shape.of(2, 3, size))) {
                    for (int dim = 0; dim < shape.rank(); dim++) {
                        int along = dim;
                        AgreementCase kernel = (k, t) -> k.cumulativeSum(t[0], along, reversed);
                        comparison.check("cumulativeSum along " + dim, Tolerance.sumOf(size, kernel), kernel,
                                TestTensors.normal(30, shape));
                    }
                }
            }
            comparison.check("cumulativeSum of integers", Tolerance.EXACT, (k, t) -> k.cumulativeSum(t[0], 0, reversed),
                    Tensor.of(new long[] {1L << 60, 1, 1}, 3));
            comparison.check("cumulativeSum of nothing", Tolerance.EXACT, (k, t) -> k.cumulativeSum(t[0], 0, reversed),
                    TestTensors.normal(31, 0, 3));
        }
    }

    private static void totals(Comparison comparison) {
        for (int size : new int[] {0, 1, 7, 16, 17, 207, 100_003}) {
            Tensor x = TestTensors.uniform(40, -1, 3, DType.F32, Shape.of(size));
            for (Tensor view : List.of(x, TestTensors.embedded(x), x.to(DType.F64))) {
                double want = comparison.reference().total(view);
                double got = comparison.candidate().total(view);
                comparison.require(Math.abs(got - want) <= 1e-13 * (1 + size),
                        "total of " + size + " is " + want + ", got " + got);
            }
        }
    }
}
