package io.github.lrp4j.tensor.simd;

import java.util.Locale;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Functions of one vector that the Vector API does not bring, and folds of a vector to a number.
 *
 * <p>The compiler stops inlining where a method has grown to 18,000 nodes, and a loop that is cut there keeps its vectors
 * in memory. A step of vector arithmetic counts about 400 nodes and a constant 135, so a loop has room for some forty
 * steps, all that it calls included; the longest here take half of that.
 */
final class VectorMath {
    /** {@code 2 sqrt(2 / pi)}: tanh u is {@code 2 sigmoid(2 u) - 1}. */
    static final float TWICE_GELU_TANH_SCALE = (float) (2 * Math.sqrt(2 / Math.PI));
    static final float GELU_TANH_CUBIC = 0.044715f;
    static final float INV_SQRT_2PI = (float) (1 / Math.sqrt(2 * Math.PI));
    static final float TWO_OVER_SQRT_PI = (float) (2 / Math.sqrt(Math.PI));

    private static final VectorSpecies<Float> F = Species.F;

    /** Whether the virtual machine calls a vector library for the functions of the Vector API on this platform. */
    private static final boolean HAS_LIBRARY = hasLibrary(System.getProperty("os.name"), System.getProperty("os.arch"));

    private static final float LOG2_E = (float) (1 / Math.log(2));
    /** Adding this rounds a small number to an integer. */
    private static final float ROUNDING = 0x1.8p23f;
    /** ln 2 in two parts, the first of few bits, so that its product with a small integer is exact. */
    private static final float LN_2_HIGH = 0x1.63p-1f;
    private static final float LN_2_LOW = (float) (Math.log(2) - 0x1.63p-1);

    /** Where float32 erf has become 1. */
    private static final float ERF_END = 3.92f;

    private VectorMath() {
    }

    /** Intel's SVML comes with the x86 builds for Linux and Windows, SLEEF with those for 64-bit ARM and RISC-V Linux. */
    static boolean hasLibrary(String system, String machine) {
        String os = system.toLowerCase(Locale.ROOT);
        return switch (machine) {
            case "amd64", "x86_64" -> os.startsWith("linux") || os.startsWith("windows");
            case "aarch64", "riscv64" -> os.startsWith("linux");
            default -> false;
        };
    }

    /** {@code e^x}. */
    static FloatVector exp(FloatVector x) {
        return HAS_LIBRARY ? x.lanewise(VectorOperators.EXP) : polynomialExp(x);
    }

    /**
     * {@code e^x = 2^n (1 + r + r^2 q(r))} with {@code n = round(x / ln 2)} and {@code r = x - n ln 2}, where q is a minimax
     * fit over {@code |r| <= ln 2 / 2}; error below 1.1 units in the last place.
     */
    static FloatVector polynomialExp(FloatVector x) {
        FloatVector c = x.max(-104).min(89);
        FloatVector n = c.mul(LOG2_E).add(ROUNDING).sub(ROUNDING);
        FloatVector r = n.fma(FloatVector.broadcast(F, -LN_2_HIGH), c);
        r = n.fma(FloatVector.broadcast(F, -LN_2_LOW), r);
        FloatVector q = r.mul(0.0013814581f).add(0.008368724f);
        q = q.fma(r, FloatVector.broadcast(F, 0.04166839f));
        q = q.fma(r, FloatVector.broadcast(F, 0.16666521f));
        q = q.fma(r, FloatVector.broadcast(F, 0.49999994f));
        FloatVector mantissa = q.fma(r.mul(r), r).add(1);
        // Two steps reach what one exponent cannot: subnormal numbers, and 2^128 short of infinity.
        FloatVector half = n.mul(0.5f).add(ROUNDING).sub(ROUNDING);
        return mantissa.mul(powerOfTwo(half)).mul(powerOfTwo(n.sub(half)));
    }

    /** {@code 2^n} for a whole {@code n} from -126 to 127. */
    private static FloatVector powerOfTwo(FloatVector n) {
        // The lowest bits of n + 127 + 1.5 * 2^23 are the biased exponent.
        return n.add(ROUNDING + 127).reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
    }

    /** {@code 1 / (1 + e^-x)}. */
    static FloatVector sigmoid(FloatVector x) {
        return FloatVector.broadcast(F, 1).div(exp(x.neg()).add(1));
    }

    /** {@code x > 0 ? 1 : x < 0 ? -1 : x}. */
    static FloatVector sign(FloatVector x) {
        return x.blend(1, x.compare(VectorOperators.GT, 0)).blend(-1, x.compare(VectorOperators.LT, 0));
    }

    /**
     * {@code erf x = x P(x^2) / Q(x^2)}, relative error below 3.1e-7: a minimax fit in the relative error over
     * [0, 3.92], constant beyond.
     */
    static FloatVector erf(FloatVector x) {
        // Comparisons where max and min would do: those take several instructions each for the sake of NaN and zeros.
        FloatVector a = x.abs();
        a = a.blend(ERF_END, a.compare(VectorOperators.GT, ERF_END));
        FloatVector t = a.mul(a);
        FloatVector p = FloatVector.broadcast(F, 2.0500418e-06f).fma(t, FloatVector.broadcast(F, 0.00028483188f));
        p = p.fma(t, FloatVector.broadcast(F, 0.0037642543f));
        p = p.fma(t, FloatVector.broadcast(F, 0.052744422f));
        p = p.fma(t, FloatVector.broadcast(F, 0.19037758f));
        p = p.fma(t, FloatVector.broadcast(F, 1.1283791f));
        FloatVector q = FloatVector.broadcast(F, 3.8088587e-05f).fma(t, FloatVector.broadcast(F, 0.001162168f));
        q = q.fma(t, FloatVector.broadcast(F, 0.014966493f));
        q = q.fma(t, FloatVector.broadcast(F, 0.11409674f));
        q = q.fma(t, FloatVector.broadcast(F, 0.50205046f));
        q = q.fma(t, FloatVector.broadcast(F, 1));
        FloatVector r = a.mul(p).div(q);
        r = r.blend(1, r.compare(VectorOperators.GT, 1));
        return r.reinterpretAsInts().or(x.reinterpretAsInts().and(Integer.MIN_VALUE)).reinterpretAsFloats();
    }

    /**
     * The normal distribution function {@code (1 + erf(x / sqrt 2)) / 2} from x and {@code bell = e^(-x^2 / 2)}, error below
     * 1.2e-7; for negative x the relative error is small too.
     *
     * <p>{@code Phi(-|x|) = bell t p(t)} with {@code t = 1 / (1 + 0.55 |x| / sqrt 2)} and a minimax fit p, after the form of
     * Abramowitz and Stegun 7.1.26.
     */
    static FloatVector normalCdf(FloatVector x, FloatVector bell) {
        FloatVector one = FloatVector.broadcast(F, 1);
        FloatVector t = one.div(x.abs().fma(FloatVector.broadcast(F, 0.38890874f), one));
        FloatVector p = FloatVector.broadcast(F, 0.053310264f).fma(t, FloatVector.broadcast(F, -0.25762782f));
        p = p.fma(t, FloatVector.broadcast(F, 0.37767583f));
        p = p.fma(t, FloatVector.broadcast(F, -0.019018078f));
        p = p.fma(t, FloatVector.broadcast(F, 0.19476858f));
        p = p.fma(t, FloatVector.broadcast(F, 0.15089123f));
        FloatVector tail = p.mul(t).mul(bell);
        return tail.blend(one.sub(tail), x.compare(VectorOperators.GT, 0));
    }

    /** Where {@code x} is larger than {@code best} or the first NaN. */
    static VectorMask<Float> beats(FloatVector x, FloatVector best) {
        return x.compare(VectorOperators.LE, best).not().and(best.compare(VectorOperators.EQ, best));
    }

    /** Sum of the lanes in float64 and in a fixed order, which {@code reduceLanes} does not promise. */
    static double sum(FloatVector x) {
        float[] lanes = x.toArray();
        double even = 0;
        double odd = 0;
        for (int i = 0; i < lanes.length; i += 2) {
            even += lanes[i];
            odd += lanes[i + 1];
        }
        return even + odd;
    }
}
