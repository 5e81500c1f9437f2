package io.github.lrp4j.tensor.testing;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import io.github.lrp4j.tensor.kernels.UnaryFn.Kind;
import java.util.Arrays;
import java.util.List;

/** Cases of the elementwise kernels. */
final class ElementwiseAgreement {
    /** Around the lane counts 4, 8 and 16, multiples of them, and one that threads share. */
    private static final int[] SIZES = {0, 1, 2, 3, 7, 8, 13, 15, 16, 17, 31, 33, 64, 100, 207};

    private static final int LARGE = 70_001;

    private static final List<Shape> SHAPES =
            List.of(Shape.SCALAR, Shape.of(5, 3), Shape.of(2, 0, 4), Shape.of(2, 3, 5, 7),
                    Shape.of(3, 1, 17));

    private static final float[] SPECIAL =
            {0f, -0f, 1, -1, 0.5f, -0.5f, 2, -2, 3, -3, 6, -6, 9, -9, 20, -20, 80, -80, 1e-8f, -1e-8f,
                1e-30f, -1e-30f, 1e15f, -1e15f};

    private static final float[] NOT_FINITE = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1, -1, 0};

    private ElementwiseAgreement() {
    }

    static void run(Comparison comparison) {
        refusals(comparison);
        where(comparison);
        relevance(comparison);
        for (BinaryFn f : BinaryFn.values()) {
            binary(comparison, f);
            integers(comparison, f);
        }
        for (Kind kind : Kind.values()) {
            for (UnaryFn f : functions(kind)) {
                unary(comparison, f);
            }
        }
    }

    private static List<UnaryFn> functions(Kind kind) {
        return switch (kind) {
            case SCALE -> List.of(new UnaryFn(kind, 0.3, 0), new UnaryFn(kind, -2, 0), new UnaryFn(kind, 0, 0));
            case SHIFT -> List.of(new UnaryFn(kind, 0.1, 0), new UnaryFn(kind, -1.25, 0));
            case POW -> List.of(new UnaryFn(kind, 2, 0), new UnaryFn(kind, 3, 0), new UnaryFn(kind, 0.5, 0),
                    new UnaryFn(kind, -1.5, 0), new UnaryFn(kind, 2.5, 0), new UnaryFn(kind, -1, 0),
                    new UnaryFn(kind, 0, 0),
                    new UnaryFn(kind, 1, 0));
            case LEAKY_RELU -> List.of(new UnaryFn(kind, 0.01, 0), new UnaryFn(kind, 0.2, 0));
            case ELU -> List.of(new UnaryFn(kind, 1, 0), new UnaryFn(kind, 1.5, 0));
            case SOFTPLUS -> List.of(new UnaryFn(kind, 1, 20), new UnaryFn(kind, 2, 5));
            case CLAMP -> List.of(new UnaryFn(kind, -0.5, 0.75), new UnaryFn(kind, 0, Double.POSITIVE_INFINITY),
                    new UnaryFn(kind, Double.NEGATIVE_INFINITY, 0.1));
            case STABILIZE ->
                List.of(new UnaryFn(kind, 1e-6, 0), new UnaryFn(kind, 0.25, 0), new UnaryFn(kind, 1e-11, 0));
            default -> List.of(UnaryFn.of(kind));
        };
    }

    /** Functions that are a few IEEE operations; the others approximate and may be off by about 2e-6 in F32. */
    private static Tolerance tolerance(Kind kind) {
        return switch (kind) {
            case NEG, ABS, SIGN, RELU, NEGATIVE_PART, CLAMP -> Tolerance.EXACT;
            case SCALE, SHIFT, SQUARE, SQRT, RSQRT, RECIPROCAL, LEAKY_RELU, HARDSWISH, HARDSIGMOID, STABILIZE ->
                Tolerance.units(4, 2);
            default -> Tolerance.units(32, 32);
        };
    }

    private static void unary(Comparison comparison, UnaryFn f) {
        Tolerance tolerance = tolerance(f.kind());
        AgreementCase kernel = (k, t) -> k.unary(f, t[0]);
        AgreementCase vjp = (k, t) -> k.unaryVjp(f, t[0], t[1]);
        AgreementCase outputVjp = (k, t) -> k.unaryVjpFromOutput(f, t[0], t[1]);
        for (int size : SIZES) {
            unary(comparison, f, input(f, size, Shape.of(size)), size);
        }
        for (Shape shape : SHAPES) {
            unary(comparison, f, input(f, 3, shape), 4);
        }
        Tensor large = input(f, 5, Shape.of(LARGE));
        Tensor g = TestTensors.normal(6, LARGE);
        comparison.checkOnce(f + "", tolerance, kernel, large);
        comparison.checkOnce(f + " vjp", Tolerance.units(64, 64), vjp, large, g);

        Tensor special = Tensor.of(SPECIAL, SPECIAL.length);
        comparison.check(f + " of special values", tolerance, kernel, special);
        comparison.check(f + " of values that are not finite", tolerance, kernel, notFinite(f.kind()));
        Tensor upstream = TestTensors.normal(7, SPECIAL.length);
        comparison.check(f + " vjp at special values", Tolerance.units(64, 64), vjp, special, upstream);
        if (f.derivativeNeedsOnlyOutput()) {
            Tensor y = comparison.reference().unary(f, special);
            comparison.check(f + " vjp from output at special values", Tolerance.units(64, 64), outputVjp, y, upstream);
        }
    }

    private static void unary(Comparison comparison, UnaryFn f, Tensor x, int seed) {
        Tensor g = TestTensors.normal(seed + 1000, x.shape());
        comparison.check(f + "", tolerance(f.kind()), (k, t) -> k.unary(f, t[0]), x);
        comparison.check(f + " vjp", Tolerance.units(64, 64), (k, t) -> k.unaryVjp(f, t[0], t[1]), x, g);
        if (f.derivativeNeedsOnlyOutput()) {
            Tensor y = comparison.reference().unary(f, x);
            comparison.check(f + " vjp from output", Tolerance.units(64, 64),
                    (k, t) -> k.unaryVjpFromOutput(f, t[0], t[1]), y, g);
        }
    }

    /** Normal numbers of deviation 3, or positive ones where the function has only these. */
    private static Tensor input(UnaryFn f, long seed, Shape shape) {
        boolean positive = switch (f.kind()) {
            case SQRT, RSQRT, LOG, RECIPROCAL -> true;
            case POW -> f.alpha() != Math.rint(f.alpha()) || f.alpha() < 0;
            default -> false;
        };
        return positive || f.kind() == Kind.LOG1P
                ? TestTensors.uniform(seed, positive ? 0.05 : -0.9, 9, DType.F32, shape)
                : TestTensors.uniform(seed, -9, 9, DType.F32, shape);
    }

    /** {@code x * 0} of an infinite x is NaN by the formula and 0 in the limit: either may be answered. */
    private static Tensor notFinite(Kind kind) {
        float[] values = NOT_FINITE.clone();
        switch (kind) {
            case GELU, GELU_TANH, SILU, HARDSWISH -> values[2] = -2;
            default -> {
            }
        }
        return Tensor.of(values, values.length);
    }

    private static void binary(Comparison comparison, BinaryFn f) {
        AgreementCase kernel = (k, t) -> k.binary(f, t[0], t[1]);
        Tolerance tolerance = switch (f) {
            case ADD, SUB, MUL, MAXIMUM, MINIMUM, EQUAL, GREATER -> Tolerance.EXACT;
            case DIV -> Tolerance.units(4, 0);
            case POW -> Tolerance.units(64, 1);
        };
        for (int size : SIZES) {
            comparison.check(f + "", tolerance, kernel, left(f, size, Shape.of(size)), right(f, size, Shape.of(size)));
            comparison.check(f + "", tolerance, kernel, left(f, size, Shape.of(size)), right(f, size, Shape.SCALAR));
            comparison.check(f + "", tolerance, kernel, left(f, size, Shape.of(1)), right(f, size, Shape.of(size)));
            comparison.check(f + "", tolerance, kernel, left(f, size, Shape.of(3, size)),
                    right(f, size, Shape.of(size)));
            comparison.check(f + "", tolerance, kernel, left(f, size, Shape.of(3, 1)),
                    right(f, size, Shape.of(3, size)));
        }
        for (List<Shape> pair : List.of(List.of(Shape.of(5, 1), Shape.of(1, 17)),
                List.of(Shape.of(2, 3, 4, 5), Shape.of(3, 1, 1)),
                List.of(Shape.of(1, 3, 4, 1), Shape.of(2, 3, 4, 19)), List.of(Shape.of(3, 1, 5), Shape.of(2, 1, 4, 1)),
                List.of(Shape.SCALAR, Shape.SCALAR), List.of(Shape.of(0, 3), Shape.of(3)),
                List.of(Shape.of(0), Shape.of(1)),
                List.of(Shape.of(2, 1, 0), Shape.of(4, 1)))) {
            comparison.check(f + "", tolerance, kernel, left(f, 8, pair.get(0)), right(f, 9, pair.get(1)));
        }
        comparison.checkOnce(f + " of expanded", tolerance, kernel, left(f, 10, Shape.of(33)).expand(Shape.of(4, 33)),
                right(f, 11, Shape.of(4, 1)).expand(Shape.of(4, 33)));
        comparison.checkOnce(f + "", tolerance, kernel, left(f, 12, Shape.of(LARGE)), right(f, 13, Shape.of(LARGE)));
        comparison.checkOnce(f + "", tolerance, kernel, left(f, 12, Shape.of(2, 64, 29, 31)),
                right(f, 13, Shape.of(64, 1, 1)));
        comparison.checkOnce(f + " of two types", tolerance, kernel, left(f, 14, Shape.of(3, 5)),
                right(f, 15, Shape.of(5)).to(DType.F64));
        if (f != BinaryFn.POW) {
            Tensor special = Tensor
                    .of(new float[] {0, -0f, 1, -1, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}, 7);
            comparison.check(f + " of special values", tolerance, kernel, special.unsqueeze(1), special);
        }
    }

    private static Tensor left(BinaryFn f, long seed, Shape shape) {
        return f == BinaryFn.POW
                ? TestTensors.uniform(seed, 0.1, 4, DType.F32, shape)
                : TestTensors.coarse(seed, DType.F32, shape);
    }

    private static Tensor right(BinaryFn f, long seed, Shape shape) {
        return f == BinaryFn.POW
                ? TestTensors.normal(seed + 500, shape)
                : TestTensors.coarse(seed + 500, DType.F32, shape);
    }

    private static void integers(Comparison comparison, BinaryFn f) {
        Tensor a = TestTensors.integers(20, -5, 6, Shape.of(3, 17));
        Tensor b = TestTensors.integers(21, 0, 4, Shape.of(17));
        Tolerance tolerance = f == BinaryFn.DIV ? Tolerance.units(4, 0) : Tolerance.EXACT;
        comparison.check(f + " of integers", tolerance, (k, t) -> k.binary(f, t[0], t[1]), a, b);
        if (f != BinaryFn.DIV && f != BinaryFn.POW) {
            // Beyond 2^53, where float64 is not exact.
            Tensor big = Tensor.of(new long[] {(1L << 60) + 1, -(1L << 60) - 1, 3}, 3);
            comparison.check(f + " of big integers", tolerance, (k, t) -> k.binary(f, t[0], t[1]), big,
                    Tensor.of(new long[] {1L << 60}, 1));
            comparison.check(f + " of masks", tolerance, (k, t) -> k.binary(f, t[0], t[1]),
                    TestTensors.mask(22, Shape.of(3, 17)),
                    TestTensors.mask(23, Shape.of(17)));
        }
    }

    private static void where(Comparison comparison) {
        AgreementCase kernel = (k, t) -> k.where(t[0], t[1], t[2]);
        for (int size : SIZES) {
            Shape shape = Shape.of(3, size);
            comparison.check("where", Tolerance.EXACT, kernel, TestTensors.mask(size, shape),
                    TestTensors.normal(30, shape),
                    TestTensors.normal(31, shape));
            comparison.check("where", Tolerance.EXACT, kernel, TestTensors.mask(size, Shape.of(size)),
                    TestTensors.normal(32, 3, 1),
                    TestTensors.normal(33, Shape.SCALAR));
        }
        comparison.check("where keeps what it does not choose away", Tolerance.EXACT, kernel,
                TestTensors.mask(34, Shape.of(9)),
                Tensor.scalar(Float.NEGATIVE_INFINITY, DType.F32), TestTensors.normal(35, 9));
        comparison.check("where of integers", Tolerance.EXACT, kernel, TestTensors.mask(36, Shape.of(9)),
                Tensor.of(new long[] {(1L << 60) + 1}, 1), TestTensors.integers(37, -4, 5, Shape.of(9)));
        comparison.checkOnce("where", Tolerance.EXACT, kernel, TestTensors.mask(38, Shape.of(LARGE)),
                TestTensors.normal(39, LARGE),
                TestTensors.normal(40, LARGE));
    }

    private static void gamma(Comparison comparison) {
        for (int size : new int[] {1, 7, 16, 33, 1000, LARGE}) {
            Shape shape = Shape.of(2, size);
            Tensor r = TestTensors.normal(60, shape);
            Tensor z = TestTensors.coarse(61, DType.F32, shape);
            Tensor m = comparison.reference().binary(BinaryFn.ADD, TestTensors.uniform(62, 0.1, 3, DType.F32, shape),
                    comparison.reference().unary(UnaryFn.of(Kind.ABS), z));
            for (int part : new int[] {0, 1}) {
                for (boolean skipZero : new boolean[] {true, false}) {
                    comparison.check("gammaQuotients", Tolerance.units(16, 0),
                            (k, t) -> k.gammaQuotients(t[0], t[1], t[2], 0.25, 1e-6, skipZero)[part], r, z, m);
                }
                comparison.check("gammaQuotients", Tolerance.units(16, 0),
                        (k, t) -> k.gammaQuotients(t[0], t[1], t[2], 100, 1e-11, false)[part], r, z.select(0, 1),
                        m.select(0, 1));
            }
            Tensor s = TestTensors.normal(63, shape);
            comparison.check("signedMix", Tolerance.units(16, 16), (k, t) -> k.signedMix(t[0], t[1], 1.5, t[2], 0.5), z,
                    r,
                    s);
            comparison.check("signedMix", Tolerance.units(16, 16), (k, t) -> k.signedMix(t[0], t[1], -2, t[2], 100),
                    z.select(0, 0), r, s);
            signs(comparison, z);
            AgreementCase share = (k, t) -> k.signedShare(t[0], t[1], t[2]);
            comparison.check("signedShare", Tolerance.units(4, 0), share, z, r, s);
            comparison.check("signedShare", Tolerance.units(4, 0), share, z.select(0, 0), r, s);
            weighted(comparison, z, r);
            idle(comparison, z, r);
        }
        signs(comparison,
                Tensor.of(new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 0, 1}, 5));
        Tensor wild = Tensor.of(new float[] {Float.NaN, 0, -0f, 1, -1}, 5);
        Tensor infinite = Tensor.of(new float[] {1, 2, 3, Float.POSITIVE_INFINITY, 5}, 5);
        comparison.check("signedShare takes one side only", Tolerance.units(4, 0),
                (k, t) -> k.signedShare(t[0], t[1], t[2]), wild, infinite, Tensor.of(new float[] {1, 2, 3, 4, 5}, 5));
        signs(comparison, TestTensors.integers(64, -4, 5, Shape.of(9)));
    }

    private static void weighted(Comparison comparison, Tensor z, Tensor r) {
        for (double weight : new double[] {0.5, -1.7}) {
            comparison.check("weightedQuotient", Tolerance.units(8, 0),
                    (k, t) -> k.weightedQuotient(weight, t[0], t[1], 1e-6, true), r, z);
            comparison.check("weightedQuotient", Tolerance.units(8, 0),
                    (k, t) -> k.weightedQuotient(weight, t[0], t[1], 0.25, true), r, z.select(0, 1));
            comparison.check("weightedQuotient", Tolerance.units(8, 0),
                    (k, t) -> k.weightedQuotient(weight, t[0], t[1], 1e-6, false), r,
                    comparison.reference().unary(UnaryFn.of(Kind.SQUARE), z));
        }
    }

    private static void signs(Comparison comparison, Tensor x) {
        for (int part : new int[] {0, 1}) {
            comparison.check("signSplit", Tolerance.EXACT, (k, t) -> k.signSplit(t[0])[part], x);
        }
    }

    private static void idle(Comparison comparison, Tensor z, Tensor r) {
        Tensor zero = Tensor.scalar(0, DType.F32);
        Tensor open = comparison.reference().binary(BinaryFn.GREATER, z, zero);
        Tensor masked = comparison.reference().where(open, r, zero);
        AgreementCase idle = (k, t) -> Tensor.scalar(k.isZeroUnlessPositive(t[0], t[1]) ? 1 : 0, DType.F32);
        comparison.check("isZeroUnlessPositive", Tolerance.EXACT, idle, masked, z);
        comparison.check("isZeroUnlessPositive", Tolerance.EXACT, idle, r, z);
        float[] one = masked.toFloatArray();
        one[one.length - 1] += 1;
        comparison.check("isZeroUnlessPositive", Tolerance.EXACT, idle, Tensor.of(one, r.shape()), z);
        comparison.check("isZeroUnlessPositive", Tolerance.EXACT, idle, r, Tensor.scalar(Double.NaN, DType.F32));
        comparison.check("isZeroUnlessPositive", Tolerance.EXACT, idle, r, Tensor.scalar(1, DType.F32));
    }

    private static void relevance(Comparison comparison) {
        for (int size : SIZES) {
            for (double eps : new double[] {1e-6, 1e-11, 0.25}) {
                Shape shape = Shape.of(2, size);
                Tensor r = TestTensors.normal(50, shape);
                comparison.check("absoluteShare", Tolerance.units(8, 0),
                        (k, t) -> k.absoluteShare(t[0], t[1], t[2], eps), r,
                        TestTensors.coarse(51, DType.F32, shape), TestTensors.coarse(52, DType.F32, shape));
                comparison.check("absoluteShare", Tolerance.units(8, 0),
                        (k, t) -> k.absoluteShare(t[0], t[1], t[2], eps), r,
                        TestTensors.normal(53, size), TestTensors.normal(54, 2, 1));
                comparison.check("stabilizedQuotient", Tolerance.units(8, 0),
                        (k, t) -> k.stabilizedQuotient(t[0], t[1], eps), r,
                        TestTensors.coarse(55, DType.F32, shape));
                comparison.check("stabilizedQuotient", Tolerance.units(8, 0),
                        (k, t) -> k.stabilizedQuotient(t[0], t[1], eps), r,
                        TestTensors.normal(56, 2, 1));
                comparison.check("shiftedQuotient", Tolerance.units(8, 0),
                        (k, t) -> k.shiftedQuotient(t[0], t[1], eps), r,
                        TestTensors.uniform(59, 0.1, 2, DType.F32, shape));
                comparison.check("shiftedQuotient", Tolerance.units(8, 0),
                        (k, t) -> k.shiftedQuotient(t[0], t[1], eps), r, TestTensors.uniform(59, 0.1, 2, DType.F32,
                                Shape.of(2, 1)));
            }
        }
        gamma(comparison);
        Tensor r = TestTensors.normal(57, LARGE);
        Tensor z = TestTensors.coarse(58, DType.F32, Shape.of(LARGE));
        comparison.checkOnce("stabilizedQuotient", Tolerance.units(8, 0),
                (k, t) -> k.stabilizedQuotient(t[0], t[1], 1e-6), r, z);
        comparison.checkOnce("absoluteShare", Tolerance.units(8, 0), (k, t) -> k.absoluteShare(t[0], t[1], t[0], 1e-6),
                r, z);
        Tensor zeros = Tensor.of(new float[] {0, -0f, 1e-12f, -1e-12f}, 4);
        comparison.check("stabilizedQuotient at zero", Tolerance.units(8, 0),
                (k, t) -> k.stabilizedQuotient(t[0], t[1], 1e-6),
                Tensor.of(new float[] {1, 1, 1, 1}, 4), zeros);
    }

    private static void refusals(Comparison comparison) {
        Tensor a = TestTensors.normal(60, 2, 3);
        Tensor b = TestTensors.normal(61, 4, 3);
        List<Shape> shapes = Arrays.asList(a.shape(), b.shape());
        for (BinaryFn f : BinaryFn.values()) {
            comparison.checkRefusal(f + "", IllegalArgumentException.class, shapes, (k, t) -> k.binary(f, t[0], t[1]),
                    a, b);
        }
        comparison.checkRefusal("vjp", IllegalArgumentException.class, shapes,
                (k, t) -> k.unaryVjp(UnaryFn.of(Kind.GELU), t[0], t[1]), a, b);
        comparison.checkRefusal("where", IllegalArgumentException.class, shapes,
                (k, t) -> k.where(TestTensors.mask(1, Shape.SCALAR), t[0], t[1]), a, b);
    }
}
