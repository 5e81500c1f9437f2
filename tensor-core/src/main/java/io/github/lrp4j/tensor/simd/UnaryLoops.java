package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.kernels.UnaryFn;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@code y[i] = f(x[i])}: one loop per function, chosen outside of it. Every loop runs over whole vectors; the last
 * partial one goes through a padded copy, so that all elements take the same instructions.
 */
final class UnaryLoops {
    private static final VectorSpecies<Float> F = Species.F;
    private static final int LANES = F.length();

    private UnaryLoops() {
    }

    /** {@code y[yo + i] = f(x[xo + i])} for {@code i < n}; y may be x at the same offset. */
    static void apply(UnaryFn f, float[] x, int xo, float[] y, int yo, int n) {
        int whole = F.loopBound(n);
        if (whole > 0) {
            vectors(f, x, xo, y, yo, whole);
        }
        if (whole < n) {
            float[] last = new float[LANES];
            System.arraycopy(x, xo + whole, last, 0, n - whole);
            vectors(f, last, 0, last, 0, LANES);
            System.arraycopy(last, 0, y, yo + whole, n - whole);
        }
    }

    private static void vectors(UnaryFn f, float[] x, int xo, float[] y, int yo, int n) {
        float a = (float) f.alpha();
        float b = (float) f.beta();
        switch (f.kind()) {
            case NEG -> neg(x, xo, y, yo, n);
            case ABS -> abs(x, xo, y, yo, n);
            case SIGN -> sign(x, xo, y, yo, n);
            case SCALE -> scale(a, x, xo, y, yo, n);
            case SHIFT -> shift(a, x, xo, y, yo, n);
            case POW -> power(a, x, xo, y, yo, n);
            case SQUARE -> square(x, xo, y, yo, n);
            case SQRT -> sqrt(x, xo, y, yo, n);
            case RSQRT -> rsqrt(x, xo, y, yo, n);
            case RECIPROCAL -> reciprocal(x, xo, y, yo, n);
            case EXP -> exp(x, xo, y, yo, n);
            case EXPM1 -> expm1(x, xo, y, yo, n);
            case LOG -> log(x, xo, y, yo, n);
            case LOG1P -> log1p(x, xo, y, yo, n);
            case SIN -> sin(x, xo, y, yo, n);
            case COS -> cos(x, xo, y, yo, n);
            case TANH -> tanh(x, xo, y, yo, n);
            case SIGMOID -> sigmoid(x, xo, y, yo, n);
            case RELU -> relu(x, xo, y, yo, n);
            case NEGATIVE_PART -> negativePart(x, xo, y, yo, n);
            case LEAKY_RELU -> leakyRelu(a, x, xo, y, yo, n);
            case ELU -> elu(a, x, xo, y, yo, n);
            case GELU -> gelu(x, xo, y, yo, n);
            case GELU_TANH -> geluTanh(x, xo, y, yo, n);
            case SILU -> silu(x, xo, y, yo, n);
            case SOFTPLUS -> softplus(a, b, x, xo, y, yo, n);
            case HARDSWISH -> hardswish(x, xo, y, yo, n);
            case HARDSIGMOID -> hardsigmoid(x, xo, y, yo, n);
            case ERF -> erf(x, xo, y, yo, n);
            case CLAMP -> clamp(a, b, x, xo, y, yo, n);
            case STABILIZE -> stabilize(a, x, xo, y, yo, n);
        }
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

    private static void power(float a, float[] x, int xo, float[] y, int yo, int n) {
        if (a == 2) {
            square(x, xo, y, yo, n);
        } else if (a == 3) {
            cube(x, xo, y, yo, n);
        } else {
            pow(a, x, xo, y, yo, n);
        }
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

    private static void pow(float a, float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            load(x, xo + i).lanewise(VectorOperators.POW, a).intoArray(y, yo + i);
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
            load(x, xo + i).lanewise(VectorOperators.EXPM1).intoArray(y, yo + i);
        }
    }

    private static void log(float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            load(x, xo + i).lanewise(VectorOperators.LOG).intoArray(y, yo + i);
        }
    }

    private static void log1p(float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            load(x, xo + i).lanewise(VectorOperators.LOG1P).intoArray(y, yo + i);
        }
    }

    private static void sin(float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            load(x, xo + i).lanewise(VectorOperators.SIN).intoArray(y, yo + i);
        }
    }

    private static void cos(float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            load(x, xo + i).lanewise(VectorOperators.COS).intoArray(y, yo + i);
        }
    }

    private static void tanh(float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            load(x, xo + i).lanewise(VectorOperators.TANH).intoArray(y, yo + i);
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
            v.lanewise(VectorOperators.EXPM1).mul(a).blend(v, v.compare(VectorOperators.GT, 0)).intoArray(y, yo + i);
        }
    }

    private static void gelu(float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = load(x, xo + i);
            VectorMath.normalCdf(v, VectorMath.exp(v.mul(v).mul(-0.5f))).mul(v).intoArray(y, yo + i);
        }
    }

    private static void geluTanh(float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = load(x, xo + i);
            FloatVector u =
                    v.mul(v).mul(VectorMath.GELU_TANH_CUBIC).add(1).mul(v).mul(VectorMath.TWICE_GELU_TANH_SCALE);
            VectorMath.sigmoid(u).mul(v).intoArray(y, yo + i);
        }
    }

    private static void silu(float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = load(x, xo + i);
            v.div(VectorMath.exp(v.neg()).add(1)).intoArray(y, yo + i);
        }
    }

    private static void softplus(float a, float threshold, float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = load(x, xo + i);
            FloatVector scaled = v.mul(a);
            // ln(1 + e^s) = max(s, 0) + ln(1 + e^-|s|) neither overflows nor loses small values.
            FloatVector tail = VectorMath.exp(scaled.abs().neg()).lanewise(VectorOperators.LOG1P);
            tail.add(scaled.max(0)).div(a).blend(v, scaled.compare(VectorOperators.GT, threshold)).intoArray(y, yo + i);
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
