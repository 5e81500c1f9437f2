package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.kernels.UnaryFn;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** {@code y[i] = f'(x[i]) g[i]}: one loop per function. */
final class UnaryVjpLoops {
    private static final VectorSpecies<Float> F = Species.F;
    private static final int LANES = F.length();

    private UnaryVjpLoops() {
    }

    /** The loop of {@code f'(a) b}, for any length. */
    static Loops.Two of(UnaryFn f) {
        float a = (float) f.alpha();
        float b = (float) f.beta();
        return switch (f.kind()) {
            case NEG -> scale(-1);
            case SCALE -> scale(a);
            case SIGN -> scale(0);
            case SHIFT, STABILIZE -> (x, xo, g, go, y, yo, n) -> System.arraycopy(g, go, y, yo, n);
            case ABS -> Loops.anyLength(UnaryVjpLoops::abs);
            case SQUARE -> Loops.anyLength(UnaryVjpLoops::square);
            case LOG -> Loops.anyLength(UnaryVjpLoops::log);
            case LOG1P -> Loops.anyLength(UnaryVjpLoops::log1p);
            case NEGATIVE_PART -> Loops.anyLength(UnaryVjpLoops::negativePart);
            case GELU -> Loops.anyLength(UnaryVjpLoops::gelu);
            case GELU_TANH -> Loops.anyLength(UnaryVjpLoops::geluTanh);
            case SILU -> Loops.anyLength(UnaryVjpLoops::silu);
            case HARDSWISH -> Loops.anyLength(UnaryVjpLoops::hardswish);
            case HARDSIGMOID -> Loops.anyLength(UnaryVjpLoops::hardsigmoid);
            case ERF -> Loops.anyLength(UnaryVjpLoops::erf);
            case LEAKY_RELU -> Loops.anyLength((x, xo, g, go, y, yo, n) -> leakyRelu(a, x, xo, g, go, y, yo, n));
            case ELU -> Loops.anyLength((x, xo, g, go, y, yo, n) -> elu(a, x, xo, g, go, y, yo, n));
            case SOFTPLUS -> Loops.anyLength((x, xo, g, go, y, yo, n) -> softplus(a, b, x, xo, g, go, y, yo, n));
            case CLAMP -> clamp(atLeast(f.alpha()), atMost(f.beta()));
            case POW -> power(f.alpha());
            case SIN -> UnaryVjpLoops::sin;
            case COS -> UnaryVjpLoops::cos;
            case SQRT, RSQRT, RECIPROCAL, EXP, EXPM1, TANH, SIGMOID, RELU -> throughOutput(f);
        };
    }

    /** The loop of {@code f'(x) b} from the outputs {@code a = f(x)}, for any length. */
    static Loops.Two ofOutput(UnaryFn f) {
        return switch (f.kind()) {
            case SQRT -> Loops.anyLength(UnaryVjpLoops::sqrtOutput);
            case RSQRT -> Loops.anyLength(UnaryVjpLoops::rsqrtOutput);
            case RECIPROCAL -> Loops.anyLength(UnaryVjpLoops::reciprocalOutput);
            case EXP -> Loops.anyLength(UnaryVjpLoops::expOutput);
            case EXPM1 -> Loops.anyLength(UnaryVjpLoops::expm1Output);
            case TANH -> Loops.anyLength(UnaryVjpLoops::tanhOutput);
            case SIGMOID -> Loops.anyLength(UnaryVjpLoops::sigmoidOutput);
            case RELU -> Loops.anyLength(UnaryVjpLoops::reluOutput);
            default -> throw new IllegalArgumentException(f.kind() + ": the derivative needs the input");
        };
    }

    /** Through {@code f(x)}, block by block, so that it stays in the cache. */
    private static Loops.Two throughOutput(UnaryFn f) {
        Loops.One forward = UnaryLoops.of(f);
        Loops.Two backward = ofOutput(f);
        return (x, xo, g, go, y, yo, n) -> {
            float[] output = new float[Math.min(n, Operand.BLOCK)];
            for (int i = 0; i < n; i += Operand.BLOCK) {
                int count = Math.min(Operand.BLOCK, n - i);
                forward.apply(x, xo + i, output, 0, count);
                backward.apply(output, 0, g, go + i, y, yo + i, count);
            }
        };
    }

    private static Loops.Two scale(float a) {
        Loops.One scale = UnaryLoops.of(new UnaryFn(UnaryFn.Kind.SCALE, a, 0));
        return (x, xo, g, go, y, yo, n) -> scale.apply(g, go, y, yo, n);
    }

    private static Loops.Two power(double a) {
        if (a == 0) {
            return scale(0);
        }
        if (a == 2) {
            return Loops.anyLength(UnaryVjpLoops::square);
        }
        return a == 3
                ? Loops.anyLength(UnaryVjpLoops::cube)
                : (x, xo, g, go, y, yo, n) -> pow(a, x, xo, g, go, y, yo, n);
    }

    private static Loops.Two clamp(float low, float high) {
        return Loops.anyLength((x, xo, g, go, y, yo, n) -> clamp(low, high, x, xo, g, go, y, yo, n));
    }

    /** The smallest float that is not below the bound. */
    private static float atLeast(double bound) {
        float nearest = (float) bound;
        return nearest < bound ? Math.nextUp(nearest) : nearest;
    }

    /** The largest float that is not above the bound. */
    private static float atMost(double bound) {
        float nearest = (float) bound;
        return nearest > bound ? Math.nextDown(nearest) : nearest;
    }

    private static FloatVector load(float[] x, int at) {
        return FloatVector.fromArray(F, x, at);
    }

    private static void abs(float[] x, int xo, float[] g, int go, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            VectorMath.sign(load(x, xo + i)).mul(load(g, go + i)).intoArray(y, yo + i);
        }
    }

    private static void square(float[] x, int xo, float[] g, int go, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            load(x, xo + i).mul(2).mul(load(g, go + i)).intoArray(y, yo + i);
        }
    }

    private static void cube(float[] x, int xo, float[] g, int go, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = load(x, xo + i);
            v.mul(v).mul(3).mul(load(g, go + i)).intoArray(y, yo + i);
        }
    }

    private static void pow(double a, float[] x, int xo, float[] g, int go, float[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = (float) (a * Math.pow(x[xo + i], a - 1) * g[go + i]);
        }
    }

    private static void log(float[] x, int xo, float[] g, int go, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            load(g, go + i).div(load(x, xo + i)).intoArray(y, yo + i);
        }
    }

    private static void log1p(float[] x, int xo, float[] g, int go, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            load(g, go + i).div(load(x, xo + i).add(1)).intoArray(y, yo + i);
        }
    }

    private static void sin(float[] x, int xo, float[] g, int go, float[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = (float) (Math.cos(x[xo + i]) * g[go + i]);
        }
    }

    private static void cos(float[] x, int xo, float[] g, int go, float[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = (float) (-Math.sin(x[xo + i]) * g[go + i]);
        }
    }

    private static void negativePart(float[] x, int xo, float[] g, int go, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector.zero(F).blend(1, load(x, xo + i).compare(VectorOperators.LT, 0)).mul(load(g, go + i))
                    .intoArray(y, yo + i);
        }
    }

    private static void leakyRelu(float a, float[] x, int xo, float[] g, int go, float[] y, int yo, int n) {
        FloatVector slope = FloatVector.broadcast(F, a);
        for (int i = 0; i < n; i += LANES) {
            slope.blend(1, load(x, xo + i).compare(VectorOperators.GT, 0)).mul(load(g, go + i)).intoArray(y, yo + i);
        }
    }

    private static void elu(float a, float[] x, int xo, float[] g, int go, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = load(x, xo + i);
            VectorMath.expOfMinus(v.neg().max(0)).mul(a).blend(1, v.compare(VectorOperators.GT, 0)).mul(load(g, go + i))
                    .intoArray(y, yo + i);
        }
    }

    private static void gelu(float[] x, int xo, float[] g, int go, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = load(x, xo + i);
            FloatVector bell = VectorMath.expOfMinus(v.mul(v).mul(0.5f));
            FloatVector slope = v.mul(bell).mul(VectorMath.INV_SQRT_2PI).add(VectorMath.normalCdf(v, bell));
            slope.mul(load(g, go + i)).intoArray(y, yo + i);
        }
    }

    private static void geluTanh(float[] x, int xo, float[] g, int go, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = load(x, xo + i);
            FloatVector square = v.mul(v);
            FloatVector gate = VectorMath.sigmoid(VectorMath.geluTanhSlope(square, VectorMath.GELU_TANH_CUBIC).mul(v));
            FloatVector slope = VectorMath.geluTanhSlope(square, 3 * VectorMath.GELU_TANH_CUBIC);
            FloatVector gated = v.mul(gate);
            gated.sub(gated.mul(gate)).fma(slope, gate).mul(load(g, go + i)).intoArray(y, yo + i);
        }
    }

    private static void silu(float[] x, int xo, float[] g, int go, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = load(x, xo + i);
            FloatVector s = VectorMath.sigmoid(v);
            s.neg().add(1).mul(v).add(1).mul(s).mul(load(g, go + i)).intoArray(y, yo + i);
        }
    }

    private static void softplus(float a, float threshold, float[] x, int xo, float[] g, int go, float[] y, int yo,
            int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector scaled = load(x, xo + i).mul(a);
            VectorMask<Float> linear = scaled.compare(VectorOperators.GT, threshold);
            VectorMath.sigmoid(scaled).blend(1, linear).mul(load(g, go + i)).intoArray(y, yo + i);
        }
    }

    private static void hardswish(float[] x, int xo, float[] g, int go, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = load(x, xo + i);
            v.div(3).add(0.5f).blend(0, v.compare(VectorOperators.LE, -3)).blend(1, v.compare(VectorOperators.GE, 3))
                    .mul(load(g, go + i)).intoArray(y, yo + i);
        }
    }

    private static void hardsigmoid(float[] x, int xo, float[] g, int go, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = load(x, xo + i);
            VectorMask<Float> inside = v.compare(VectorOperators.GT, -3).and(v.compare(VectorOperators.LT, 3));
            FloatVector.zero(F).blend(1f / 6, inside).mul(load(g, go + i)).intoArray(y, yo + i);
        }
    }

    private static void erf(float[] x, int xo, float[] g, int go, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = load(x, xo + i);
            VectorMath.expOfMinus(v.mul(v)).mul(VectorMath.TWO_OVER_SQRT_PI).mul(load(g, go + i)).intoArray(y, yo + i);
        }
    }

    private static void clamp(float low, float high, float[] x, int xo, float[] g, int go, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = load(x, xo + i);
            VectorMask<Float> outside = v.compare(VectorOperators.LT, low).or(v.compare(VectorOperators.GT, high));
            // A NaN stays a NaN.
            FloatVector.broadcast(F, 1).blend(v, v.compare(VectorOperators.NE, v)).blend(0, outside)
                    .mul(load(g, go + i))
                    .intoArray(y, yo + i);
        }
    }

    private static void sqrtOutput(float[] v, int vo, float[] g, int go, float[] y, int yo, int n) {
        FloatVector half = FloatVector.broadcast(F, 0.5f);
        for (int i = 0; i < n; i += LANES) {
            half.div(load(v, vo + i)).mul(load(g, go + i)).intoArray(y, yo + i);
        }
    }

    private static void rsqrtOutput(float[] v, int vo, float[] g, int go, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector r = load(v, vo + i);
            r.mul(r).mul(r).mul(-0.5f).mul(load(g, go + i)).intoArray(y, yo + i);
        }
    }

    private static void reciprocalOutput(float[] v, int vo, float[] g, int go, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector r = load(v, vo + i);
            r.mul(r).neg().mul(load(g, go + i)).intoArray(y, yo + i);
        }
    }

    private static void expOutput(float[] v, int vo, float[] g, int go, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            load(v, vo + i).mul(load(g, go + i)).intoArray(y, yo + i);
        }
    }

    private static void expm1Output(float[] v, int vo, float[] g, int go, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            load(v, vo + i).add(1).mul(load(g, go + i)).intoArray(y, yo + i);
        }
    }

    private static void tanhOutput(float[] v, int vo, float[] g, int go, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector t = load(v, vo + i);
            t.mul(t).neg().add(1).mul(load(g, go + i)).intoArray(y, yo + i);
        }
    }

    private static void sigmoidOutput(float[] v, int vo, float[] g, int go, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector s = load(v, vo + i);
            s.neg().add(1).mul(s).mul(load(g, go + i)).intoArray(y, yo + i);
        }
    }

    private static void reluOutput(float[] v, int vo, float[] g, int go, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector.zero(F).blend(1, load(v, vo + i).compare(VectorOperators.GT, 0)).mul(load(g, go + i))
                    .intoArray(y, yo + i);
        }
    }
}
