package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.kernels.UnaryFn;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** {@code y[i] = f'(x[i]) g[i]}: one loop per function, over whole vectors, as in {@link UnaryLoops}. */
final class UnaryVjpLoops {
    private static final VectorSpecies<Float> F = Species.F;
    private static final int LANES = F.length();

    private UnaryVjpLoops() {
    }

    /** {@code y[yo + i] = f'(x[xo + i]) g[go + i]} for {@code i < n}. */
    static void apply(UnaryFn f, float[] x, int xo, float[] g, int go, float[] y, int yo, int n) {
        int whole = F.loopBound(n);
        if (whole > 0) {
            vectors(f, x, xo, g, go, y, yo, whole);
        }
        if (whole < n) {
            float[] lastX = new float[LANES];
            float[] lastG = new float[LANES];
            System.arraycopy(x, xo + whole, lastX, 0, n - whole);
            System.arraycopy(g, go + whole, lastG, 0, n - whole);
            float[] last = new float[LANES];
            vectors(f, lastX, 0, lastG, 0, last, 0, LANES);
            System.arraycopy(last, 0, y, yo + whole, n - whole);
        }
    }

    /** {@code y[yo + i] = f'(x) g[go + i]} from the outputs {@code f(x) = v[vo + i]}. */
    static void applyFromOutput(UnaryFn f, float[] v, int vo, float[] g, int go, float[] y, int yo, int n) {
        int whole = F.loopBound(n);
        if (whole > 0) {
            vectorsFromOutput(f, v, vo, g, go, y, yo, whole);
        }
        if (whole < n) {
            float[] lastV = new float[LANES];
            float[] lastG = new float[LANES];
            System.arraycopy(v, vo + whole, lastV, 0, n - whole);
            System.arraycopy(g, go + whole, lastG, 0, n - whole);
            float[] last = new float[LANES];
            vectorsFromOutput(f, lastV, 0, lastG, 0, last, 0, LANES);
            System.arraycopy(last, 0, y, yo + whole, n - whole);
        }
    }

    private static void vectors(UnaryFn f, float[] x, int xo, float[] g, int go, float[] y, int yo, int n) {
        float a = (float) f.alpha();
        float b = (float) f.beta();
        switch (f.kind()) {
            case NEG -> scale(-1, g, go, y, yo, n);
            case SCALE -> scale(a, g, go, y, yo, n);
            case SIGN -> scale(0, g, go, y, yo, n);
            case SHIFT, STABILIZE -> System.arraycopy(g, go, y, yo, n);
            case ABS -> abs(x, xo, g, go, y, yo, n);
            case POW -> power(a, x, xo, g, go, y, yo, n);
            case SQUARE -> square(x, xo, g, go, y, yo, n);
            case LOG -> log(x, xo, g, go, y, yo, n);
            case LOG1P -> log1p(x, xo, g, go, y, yo, n);
            case SIN -> sin(x, xo, g, go, y, yo, n);
            case COS -> cos(x, xo, g, go, y, yo, n);
            case NEGATIVE_PART -> negativePart(x, xo, g, go, y, yo, n);
            case LEAKY_RELU -> leakyRelu(a, x, xo, g, go, y, yo, n);
            case ELU -> elu(a, x, xo, g, go, y, yo, n);
            case GELU -> gelu(x, xo, g, go, y, yo, n);
            case GELU_TANH -> geluTanh(x, xo, g, go, y, yo, n);
            case SILU -> silu(x, xo, g, go, y, yo, n);
            case SOFTPLUS -> softplus(a, b, x, xo, g, go, y, yo, n);
            case HARDSWISH -> hardswish(x, xo, g, go, y, yo, n);
            case HARDSIGMOID -> hardsigmoid(x, xo, g, go, y, yo, n);
            case ERF -> erf(x, xo, g, go, y, yo, n);
            case CLAMP -> clamp(atLeast(f.alpha()), atMost(f.beta()), x, xo, g, go, y, yo, n);
            case SQRT, RSQRT, RECIPROCAL, EXP, EXPM1, TANH, SIGMOID, RELU -> {
                UnaryLoops.apply(f, x, xo, y, yo, n);
                vectorsFromOutput(f, y, yo, g, go, y, yo, n);
            }
        }
    }

    private static void vectorsFromOutput(UnaryFn f, float[] v, int vo, float[] g, int go, float[] y, int yo, int n) {
        switch (f.kind()) {
            case SQRT -> sqrtOutput(v, vo, g, go, y, yo, n);
            case RSQRT -> rsqrtOutput(v, vo, g, go, y, yo, n);
            case RECIPROCAL -> reciprocalOutput(v, vo, g, go, y, yo, n);
            case EXP -> expOutput(v, vo, g, go, y, yo, n);
            case EXPM1 -> expm1Output(v, vo, g, go, y, yo, n);
            case TANH -> tanhOutput(v, vo, g, go, y, yo, n);
            case SIGMOID -> sigmoidOutput(v, vo, g, go, y, yo, n);
            case RELU -> reluOutput(v, vo, g, go, y, yo, n);
            default -> throw new IllegalArgumentException(f.kind() + ": the derivative needs the input");
        }
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

    private static void scale(float a, float[] g, int go, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            load(g, go + i).mul(a).intoArray(y, yo + i);
        }
    }

    private static void abs(float[] x, int xo, float[] g, int go, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            VectorMath.sign(load(x, xo + i)).mul(load(g, go + i)).intoArray(y, yo + i);
        }
    }

    private static void power(float a, float[] x, int xo, float[] g, int go, float[] y, int yo, int n) {
        if (a == 0) {
            scale(0, g, go, y, yo, n);
        } else if (a == 2) {
            square(x, xo, g, go, y, yo, n);
        } else if (a == 3) {
            cube(x, xo, g, go, y, yo, n);
        } else {
            pow(a, x, xo, g, go, y, yo, n);
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

    private static void pow(float a, float[] x, int xo, float[] g, int go, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            load(x, xo + i).lanewise(VectorOperators.POW, a - 1).mul(a).mul(load(g, go + i)).intoArray(y, yo + i);
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
        for (int i = 0; i < n; i += LANES) {
            load(x, xo + i).lanewise(VectorOperators.COS).mul(load(g, go + i)).intoArray(y, yo + i);
        }
    }

    private static void cos(float[] x, int xo, float[] g, int go, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            load(x, xo + i).lanewise(VectorOperators.SIN).neg().mul(load(g, go + i)).intoArray(y, yo + i);
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
            VectorMath.exp(v).mul(a).blend(1, v.compare(VectorOperators.GT, 0)).mul(load(g, go + i))
                    .intoArray(y, yo + i);
        }
    }

    private static void gelu(float[] x, int xo, float[] g, int go, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = load(x, xo + i);
            FloatVector bell = VectorMath.exp(v.mul(v).mul(-0.5f));
            FloatVector slope = v.mul(bell).mul(VectorMath.INV_SQRT_2PI).add(VectorMath.normalCdf(v, bell));
            slope.mul(load(g, go + i)).intoArray(y, yo + i);
        }
    }

    private static void geluTanh(float[] x, int xo, float[] g, int go, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = load(x, xo + i);
            FloatVector cubic = v.mul(v).mul(VectorMath.GELU_TANH_CUBIC);
            FloatVector gate = VectorMath.sigmoid(cubic.add(1).mul(v).mul(VectorMath.TWICE_GELU_TANH_SCALE));
            FloatVector slope = cubic.mul(3).add(1).mul(VectorMath.TWICE_GELU_TANH_SCALE);
            v.mul(gate).mul(gate.neg().add(1)).fma(slope, gate).mul(load(g, go + i)).intoArray(y, yo + i);
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
        FloatVector one = FloatVector.broadcast(F, 1);
        for (int i = 0; i < n; i += LANES) {
            FloatVector scaled = load(x, xo + i).mul(a);
            VectorMask<Float> linear = scaled.compare(VectorOperators.GT, threshold);
            one.div(VectorMath.exp(scaled.neg()).add(1)).blend(one, linear).mul(load(g, go + i)).intoArray(y, yo + i);
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
            VectorMath.exp(v.mul(v).neg()).mul(VectorMath.TWO_OVER_SQRT_PI).mul(load(g, go + i)).intoArray(y, yo + i);
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
