package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.kernels.UnaryFn;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** {@code y[i] = f(x[i])}: one loop per function. */
final class UnaryLoops {
    private static final VectorSpecies<Float> F = Species.F;
    private static final int LANES = F.length();

    private UnaryLoops() {
    }

    /** The loop of {@code f}, for any length. */
    static Loops.One of(UnaryFn f) {
        float a = (float) f.alpha();
        float b = (float) f.beta();
        return switch (f.kind()) {
            case NEG -> Loops.anyLength(UnaryLoops::neg);
            case ABS -> Loops.anyLength(UnaryLoops::abs);
            case SIGN -> Loops.anyLength(UnaryLoops::sign);
            case SQUARE -> Loops.anyLength(UnaryLoops::square);
            case SQRT -> Loops.anyLength(UnaryLoops::sqrt);
            case RSQRT -> Loops.anyLength(UnaryLoops::rsqrt);
            case RECIPROCAL -> Loops.anyLength(UnaryLoops::reciprocal);
            case EXP -> Loops.anyLength(UnaryLoops::exp);
            case EXPM1 -> Loops.anyLength(UnaryLoops::expm1);
            case LOG -> Loops.anyLength(UnaryLoops::log);
            case LOG1P -> Loops.anyLength(UnaryLoops::log1p);
            case TANH -> Loops.anyLength(UnaryLoops::tanh);
            case SIGMOID -> Loops.anyLength(UnaryLoops::sigmoid);
            case RELU -> Loops.anyLength(UnaryLoops::relu);
            case NEGATIVE_PART -> Loops.anyLength(UnaryLoops::negativePart);
            case GELU -> Loops.anyLength(UnaryLoops::gelu);
            case GELU_TANH -> Loops.anyLength(UnaryLoops::geluTanh);
            case SILU -> Loops.anyLength(UnaryLoops::silu);
            case HARDSWISH -> Loops.anyLength(UnaryLoops::hardswish);
            case HARDSIGMOID -> Loops.anyLength(UnaryLoops::hardsigmoid);
            case ERF -> Loops.anyLength(UnaryLoops::erf);
            case SCALE -> Loops.anyLength((x, xo, y, yo, n) -> scale(a, x, xo, y, yo, n));
            case SHIFT -> Loops.anyLength((x, xo, y, yo, n) -> shift(a, x, xo, y, yo, n));
            case LEAKY_RELU -> Loops.anyLength((x, xo, y, yo, n) -> leakyRelu(a, x, xo, y, yo, n));
            case ELU -> Loops.anyLength((x, xo, y, yo, n) -> elu(a, x, xo, y, yo, n));
            case SOFTPLUS -> Loops.anyLength((x, xo, y, yo, n) -> softplus(a, b, x, xo, y, yo, n));
            case CLAMP -> Loops.anyLength((x, xo, y, yo, n) -> clamp(a, b, x, xo, y, yo, n));
            case STABILIZE -> Loops.anyLength((x, xo, y, yo, n) -> stabilize(a, x, xo, y, yo, n));
            case POW -> power(f.alpha());
            case SIN -> UnaryLoops::sin;
            case COS -> UnaryLoops::cos;
        };
    }

    private static FloatVector load(float[] x, int at) {
        return FloatVector.fromArray(F, x, at);
    }

    private static void neg(float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            load(x, xo + i).neg().intoArray(y, yo + i);
        }
    }

    private static void abs(float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            load(x, xo + i).abs().intoArray(y, yo + i);
        }
    }

    private static void sign(float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            VectorMath.sign(load(x, xo + i)).intoArray(y, yo + i);
        }
    }

    private static void scale(float a, float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            load(x, xo + i).mul(a).intoArray(y, yo + i);
        }
    }

    private static void shift(float a, float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            load(x, xo + i).add(a).intoArray(y, yo + i);
        }
    }

    private static Loops.One power(double a) {
        if (a == 2) {
            return Loops.anyLength(UnaryLoops::square);
        }
        return a == 3 ? Loops.anyLength(UnaryLoops::cube) : (x, xo, y, yo, n) -> pow(a, x, xo, y, yo, n);
    }

    private static void square(float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = load(x, xo + i);
            v.mul(v).intoArray(y, yo + i);
        }
    }

    private static void cube(float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = load(x, xo + i);
            v.mul(v).mul(v).intoArray(y, yo + i);
        }
    }

    private static void pow(double a, float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = (float) Math.pow(x[xo + i], a);
        }
    }

    private static void sqrt(float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            load(x, xo + i).sqrt().intoArray(y, yo + i);
        }
    }

    private static void rsqrt(float[] x, int xo, float[] y, int yo, int n) {
        FloatVector one = FloatVector.broadcast(F, 1);
        for (int i = 0; i < n; i += LANES) {
            one.div(load(x, xo + i).sqrt()).intoArray(y, yo + i);
        }
    }

    private static void reciprocal(float[] x, int xo, float[] y, int yo, int n) {
        FloatVector one = FloatVector.broadcast(F, 1);
        for (int i = 0; i < n; i += LANES) {
            one.div(load(x, xo + i)).intoArray(y, yo + i);
        }
    }

    private static void exp(float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            VectorMath.exp(load(x, xo + i)).intoArray(y, yo + i);
        }
    }

    private static void expm1(float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            VectorMath.expm1(load(x, xo + i)).intoArray(y, yo + i);
        }
    }

    private static void log(float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            VectorMath.log(load(x, xo + i)).intoArray(y, yo + i);
        }
    }

    private static void log1p(float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            VectorMath.log1p(load(x, xo + i)).intoArray(y, yo + i);
        }
    }

    private static void sin(float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = (float) Math.sin(x[xo + i]);
        }
    }

    private static void cos(float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = (float) Math.cos(x[xo + i]);
        }
    }

    private static void tanh(float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            VectorMath.tanh(load(x, xo + i)).intoArray(y, yo + i);
        }
    }

    private static void sigmoid(float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            VectorMath.sigmoid(load(x, xo + i)).intoArray(y, yo + i);
        }
    }

    private static void relu(float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = load(x, xo + i);
            // A comparison and not max: NaN stays either way, and this is fewer instructions.
            v.blend(0, v.compare(VectorOperators.LE, 0)).intoArray(y, yo + i);
        }
    }

    private static void negativePart(float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = load(x, xo + i);
            v.blend(0, v.compare(VectorOperators.GE, 0)).intoArray(y, yo + i);
        }
    }

    private static void leakyRelu(float a, float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = load(x, xo + i);
            v.mul(a).blend(v, v.compare(VectorOperators.GT, 0)).intoArray(y, yo + i);
        }
    }

    private static void elu(float a, float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = load(x, xo + i);
            VectorMath.expm1(v).mul(a).blend(v, v.compare(VectorOperators.GT, 0)).intoArray(y, yo + i);
        }
    }

    private static void gelu(float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = load(x, xo + i);
            VectorMath.normalCdf(v, VectorMath.expOfMinus(v.mul(v).mul(0.5f))).mul(v).intoArray(y, yo + i);
        }
    }

    private static void geluTanh(float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = load(x, xo + i);
            FloatVector u = VectorMath.geluTanhSlope(v.mul(v), VectorMath.GELU_TANH_CUBIC).mul(v);
            VectorMath.sigmoid(u).mul(v).intoArray(y, yo + i);
        }
    }

    private static void silu(float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = load(x, xo + i);
            VectorMath.sigmoid(v).mul(v).intoArray(y, yo + i);
        }
    }

    private static void softplus(float a, float threshold, float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = load(x, xo + i);
            FloatVector scaled = v.mul(a);
            VectorMath.softplus(scaled).div(a).blend(v, scaled.compare(VectorOperators.GT, threshold)).intoArray(y,
                    yo + i);
        }
    }

    private static void hardswish(float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = load(x, xo + i);
            v.mul(v.add(3).max(0).min(6)).div(6).intoArray(y, yo + i);
        }
    }

    private static void hardsigmoid(float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            load(x, xo + i).add(3).max(0).min(6).div(6).intoArray(y, yo + i);
        }
    }

    private static void erf(float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            VectorMath.erf(load(x, xo + i)).intoArray(y, yo + i);
        }
    }

    private static void clamp(float low, float high, float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            load(x, xo + i).max(low).min(high).intoArray(y, yo + i);
        }
    }

    private static void stabilize(float eps, float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = load(x, xo + i);
            v.add(eps).blend(v.sub(eps), v.compare(VectorOperators.LT, 0)).intoArray(y, yo + i);
        }
    }
}
