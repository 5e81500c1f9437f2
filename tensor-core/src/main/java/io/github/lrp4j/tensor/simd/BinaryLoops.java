package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.kernels.BinaryFn;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** {@code y[i] = f(a[i], b[i])} and functions of three arrays: one loop per function. */
final class BinaryLoops {
    private static final VectorSpecies<Float> F = Species.F;
    private static final int LANES = F.length();

    private BinaryLoops() {
    }

    /** The loop of {@code f}; comparisons give 1 and 0. */
    static Loops.Two of(BinaryFn f) {
        return switch (f) {
            case ADD -> Loops.anyLength(BinaryLoops::add);
            case SUB -> Loops.anyLength(BinaryLoops::sub);
            case MUL -> Loops.anyLength(BinaryLoops::mul);
            case DIV -> Loops.anyLength(BinaryLoops::div);
            case POW -> BinaryLoops::pow;
            case MAXIMUM -> Loops.anyLength(BinaryLoops::maximum);
            case MINIMUM -> Loops.anyLength(BinaryLoops::minimum);
            case EQUAL -> Loops.anyLength(BinaryLoops::equal);
            case GREATER -> Loops.anyLength(BinaryLoops::greater);
        };
    }

    private static FloatVector load(float[] x, int at) {
        return FloatVector.fromArray(F, x, at);
    }

    private static void add(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            load(a, ao + i).add(load(b, bo + i)).intoArray(y, yo + i);
        }
    }

    private static void sub(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            load(a, ao + i).sub(load(b, bo + i)).intoArray(y, yo + i);
        }
    }

    private static void mul(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            load(a, ao + i).mul(load(b, bo + i)).intoArray(y, yo + i);
        }
    }

    private static void div(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            load(a, ao + i).div(load(b, bo + i)).intoArray(y, yo + i);
        }
    }

    private static void pow(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = (float) Math.pow(a[ao + i], b[bo + i]);
        }
    }

    private static void maximum(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            load(a, ao + i).max(load(b, bo + i)).intoArray(y, yo + i);
        }
    }

    private static void minimum(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            load(a, ao + i).min(load(b, bo + i)).intoArray(y, yo + i);
        }
    }

    private static void equal(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
        FloatVector zero = FloatVector.zero(F);
        for (int i = 0; i < n; i += LANES) {
            zero.blend(1, load(a, ao + i).compare(VectorOperators.EQ, load(b, bo + i))).intoArray(y, yo + i);
        }
    }

    private static void greater(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
        FloatVector zero = FloatVector.zero(F);
        for (int i = 0; i < n; i += LANES) {
            zero.blend(1, load(a, ao + i).compare(VectorOperators.GT, load(b, bo + i))).intoArray(y, yo + i);
        }
    }

    /** {@code r / (z + eps sign z)} with {@code sign 0 = +1}. */
    static Loops.Two stabilizedQuotient(float eps) {
        return Loops.anyLength((r, ro, z, zo, y, yo, n) -> stabilizedQuotient(eps, r, ro, z, zo, y, yo, n));
    }

    private static void stabilizedQuotient(float eps, float[] r, int ro, float[] z, int zo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector d = load(z, zo + i);
            FloatVector stable = d.add(eps).blend(d.sub(eps), d.compare(VectorOperators.LT, 0));
            load(r, ro + i).div(stable).intoArray(y, yo + i);
        }
    }

    /** {@code r |a| / (|a| + |b| + eps)}. */
    static Loops.Three absoluteShare(float eps) {
        return Loops.anyLength((r, ro, a, ao, b, bo, y, yo, n) -> absoluteShare(eps, r, ro, a, ao, b, bo, y, yo, n));
    }

    private static void absoluteShare(float eps, float[] r, int ro, float[] a, int ao, float[] b, int bo, float[] y,
            int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector own = load(a, ao + i).abs();
            FloatVector total = load(b, bo + i).abs().add(own).add(eps);
            own.div(total).mul(load(r, ro + i)).intoArray(y, yo + i);
        }
    }

    /** {@code c != 0 ? a : b}. */
    static Loops.Three where() {
        return Loops.anyLength(BinaryLoops::where);
    }

    private static void where(float[] c, int co, float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            load(a, ao + i).blend(load(b, bo + i), load(c, co + i).compare(VectorOperators.EQ, 0)).intoArray(y, yo + i);
        }
    }

    /** {@code x a + b}. */
    static Loops.Three affine() {
        return Loops.anyLength(BinaryLoops::affine);
    }

    private static void affine(float[] x, int xo, float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            load(x, xo + i).fma(load(a, ao + i), load(b, bo + i)).intoArray(y, yo + i);
        }
    }
}
