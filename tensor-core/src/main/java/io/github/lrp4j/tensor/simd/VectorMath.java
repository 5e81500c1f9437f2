package io.github.lrp4j.tensor.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Functions of one vector, and folds of a vector to a number.
 *
 * <p>The Vector API's own EXP, LOG and TANH are not used: they give other last bits before a method is compiled than
 * after, and are slow where the virtual machine has no vector library. The functions here give the same bits always.
 *
 * <p>The compiler stops inlining where a method has grown to 18,000 nodes, and a loop that is cut there keeps its vectors
 * in memory. A step of vector arithmetic counts about 400 nodes and a constant 135, so a loop has room for some forty
 * steps, all that it calls included; the longest here take half of that.
 */
final class VectorMath {
    /** Factor of {@code x^2} in the argument of GELU's tanh form. */
    static final float GELU_TANH_CUBIC = 0.044715f;
    /** {@code 2 sqrt(2 / pi)}: tanh u is {@code 2 sigmoid(2 u) - 1}. */
    private static final float TWICE_GELU_TANH_SCALE = (float) (2 * Math.sqrt(2 / Math.PI));
    static final float INV_SQRT_2PI = (float) (1 / Math.sqrt(2 * Math.PI));
    static final float TWO_OVER_SQRT_PI = (float) (2 / Math.sqrt(Math.PI));

    private static final VectorSpecies<Float> F = Species.F;

    private static final float LOG2_E = (float) (1 / Math.log(2));
    private static final float LN_2 = (float) Math.log(2);
    /** ln 2 in two parts, the first of few bits, so that its product with a small integer is exact. */
    private static final float LN_2_HIGH = 0x1.63p-1f;
    private static final float LN_2_LOW = (float) (Math.log(2) - 0x1.63p-1);
    private static final float LN_2_TIMES_25 = (float) (25 * Math.log(2));
    /** Adding this rounds a small number to an integer. */
    private static final float ROUNDING = 0x1.8p23f;
    /** About minus ln of the smallest normal number. */
    private static final float EXP_UNDERFLOW = 87.3f;
    /** Adding this, too, leaves the integer as the biased exponent in the lowest bits. */
    private static final float ROUNDING_TO_EXPONENT = ROUNDING + 127;
    private static final int SQRT_HALF_BITS = Float.floatToRawIntBits((float) Math.sqrt(0.5));

    /** Where float32 erf has become 1. */
    private static final float ERF_END = 3.92f;

    private VectorMath() {
    }

    /**
     * {@code e^x = 2^n (1 + r + r^2 q(r))} with {@code n = round(x / ln 2)} and {@code r = x - n ln 2}, where q is a minimax
     * fit over {@code |r| <= ln 2 / 2}; error below 1.1 units in the last place.
     */
    static FloatVector exp(FloatVector x) {
        FloatVector c = x.max(-104).min(89);
        FloatVector n = c.mul(LOG2_E).add(ROUNDING).sub(ROUNDING);
        FloatVector r = n.fma(FloatVector.broadcast(F, -LN_2_HIGH), c);
        r = n.fma(FloatVector.broadcast(F, -LN_2_LOW), r);
        FloatVector mantissa = expm1Terms(r).add(1);
        // Two steps reach what one exponent cannot: subnormal numbers, and 2^128 short of infinity.
        FloatVector half = n.mul(0.5f).add(ROUNDING).sub(ROUNDING);
        return mantissa.mul(powerOfTwo(half.add(ROUNDING_TO_EXPONENT)))
                .mul(powerOfTwo(n.sub(half).add(ROUNDING_TO_EXPONENT)));
    }

    /**
     * {@code e^-a} for {@code a >= 0} (or NaN) in fewer steps: relative error below {@code (1 + a / 50) 1e-7}, 0 where the
     * result would be subnormal.
     */
    static FloatVector expOfMinus(FloatVector a) {
        FloatVector shifted = a.fma(FloatVector.broadcast(F, -LOG2_E), FloatVector.broadcast(F, ROUNDING_TO_EXPONENT));
        // -r = a + n ln 2
        FloatVector s =
                shifted.sub(FloatVector.broadcast(F, ROUNDING_TO_EXPONENT)).fma(FloatVector.broadcast(F, LN_2), a);
        FloatVector q = FloatVector.broadcast(F, 0.0013814581f).fma(s, FloatVector.broadcast(F, -0.008368724f));
        q = q.fma(s, FloatVector.broadcast(F, 0.04166839f));
        q = q.fma(s, FloatVector.broadcast(F, -0.16666521f));
        q = q.fma(s, FloatVector.broadcast(F, 0.49999994f));
        q = q.fma(s, FloatVector.broadcast(F, -1));
        FloatVector power = powerOfTwo(shifted);
        return q.mul(s).fma(power, power).blend(0, a.compare(VectorOperators.GT, EXP_UNDERFLOW));
    }

    /** {@code e^x - 1}, error below 2 units in the last place. */
    static FloatVector expm1(FloatVector x) {
        FloatVector c = x.max(-86).min(89);
        FloatVector shifted =
                c.fma(FloatVector.broadcast(F, LOG2_E), FloatVector.broadcast(F, ROUNDING_TO_EXPONENT - 1));
        FloatVector n = shifted.sub(FloatVector.broadcast(F, ROUNDING_TO_EXPONENT - 1));
        FloatVector r = n.fma(FloatVector.broadcast(F, -LN_2_HIGH), c);
        r = n.fma(FloatVector.broadcast(F, -LN_2_LOW), r);
        // 2 (2^(n-1) (e^r - 1) + 2^(n-1) - 1/2): half of it cannot overflow.
        FloatVector power = powerOfTwo(shifted);
        return power.fma(expm1Terms(r), power.sub(0.5f)).mul(2);
    }

    /** {@code r + r^2 q(r) = e^r - 1} for {@code |r| <= ln 2 / 2}. */
    private static FloatVector expm1Terms(FloatVector r) {
        FloatVector q = FloatVector.broadcast(F, 0.0013814581f).fma(r, FloatVector.broadcast(F, 0.008368724f));
        q = q.fma(r, FloatVector.broadcast(F, 0.04166839f));
        q = q.fma(r, FloatVector.broadcast(F, 0.16666521f));
        q = q.fma(r, FloatVector.broadcast(F, 0.49999994f));
        return q.fma(r.mul(r), r);
    }

    /** {@code 2^n} for {@code shifted = n +} {@link #ROUNDING_TO_EXPONENT}, n whole and from -126 to 127. */
    private static FloatVector powerOfTwo(FloatVector shifted) {
        return shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
    }

    /** {@code ln x}; error below 2 units in the last place. */
    static FloatVector log(FloatVector x) {
        VectorMask<Float> subnormal = x.compare(VectorOperators.LT, Float.MIN_NORMAL);
        FloatVector y = logOfNormal(x.blend(x.mul(0x1p25f), subnormal));
        return withLimits(y.blend(y.sub(LN_2_TIMES_25), subnormal), x);
    }

    /** {@code ln x} from {@code x = 2^n m}, {@code sqrt(1/2) <= m < sqrt 2}, for normal positive x. */
    private static FloatVector logOfNormal(FloatVector x) {
        IntVector bits = x.reinterpretAsInts();
        IntVector exponent = bits.sub(SQRT_HALF_BITS).lanewise(VectorOperators.ASHR, 23);
        FloatVector m = bits.sub(exponent.lanewise(VectorOperators.LSHL, 23)).reinterpretAsFloats();
        FloatVector n = (FloatVector) exponent.convert(VectorOperators.I2F, 0);
        FloatVector y = n.fma(FloatVector.broadcast(F, LN_2_LOW), logOnePlus(m.sub(1)));
        return n.fma(FloatVector.broadcast(F, LN_2_HIGH), y);
    }

    /** {@code y = ln x} where x is positive and finite; else what the logarithm of x is. */
    private static FloatVector withLimits(FloatVector y, FloatVector x) {
        FloatVector z = y.blend(Float.NEGATIVE_INFINITY, x.compare(VectorOperators.EQ, 0))
                .blend(Float.NaN, x.compare(VectorOperators.LT, 0));
        return z.blend(x, x.compare(VectorOperators.LT, Float.POSITIVE_INFINITY).not());
    }

    /** {@code ln(1 + f) = 2 s + s z p(z)}, {@code s = f / (2 + f)}, {@code z = s^2}, for {@code -0.3 <= f <= 1}. */
    private static FloatVector logOnePlus(FloatVector f) {
        FloatVector s = f.div(f.add(2));
        FloatVector z = s.mul(s);
        FloatVector p = FloatVector.broadcast(F, 0.28031278f).fma(z, FloatVector.broadcast(F, 0.27997863f));
        p = p.fma(z, FloatVector.broadcast(F, 0.4002177f));
        p = p.fma(z, FloatVector.broadcast(F, 0.6666641f));
        return p.mul(z).fma(s, s.add(s));
    }

    /** {@code ln(1 + x) = ln u + (x - (u - 1)) / u}: the second term makes up for the rounding of {@code u = 1 + x}. */
    static FloatVector log1p(FloatVector x) {
        FloatVector u = x.add(1);
        return withLimits(logOfNormal(u).add(x.sub(u.sub(1)).div(u)), u);
    }

    /** {@code ln(1 + e^x) = max(x, 0) + ln(1 + e^-|x|)}, which neither overflows nor loses small values. */
    static FloatVector softplus(FloatVector x) {
        return logOnePlus(expOfMinus(x.abs())).add(x.max(0));
    }

    /** {@code 1 / (1 + e^-x)}, as {@code e^x / (1 + e^x)} for negative x. */
    static FloatVector sigmoid(FloatVector x) {
        FloatVector one = FloatVector.broadcast(F, 1);
        FloatVector e = expOfMinus(x.abs());
        return e.blend(one, x.compare(VectorOperators.GE, FloatVector.zero(F))).div(e.add(one));
    }

    /** {@code tanh x = -d / (2 + d)} with {@code d = e^(-2 x) - 1} for positive x, and odd. */
    static FloatVector tanh(FloatVector x) {
        FloatVector d = expm1(x.abs().mul(-2));
        FloatVector t = d.div(d.add(2));
        return t.reinterpretAsInts().lanewise(VectorOperators.XOR, Integer.MIN_VALUE)
                .or(x.reinterpretAsInts().and(Integer.MIN_VALUE)).reinterpretAsFloats();
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
     * 1.5e-7; for negative x the relative error is small too.
     *
     * <p>{@code Phi(-|x|) = bell p(t)} with {@code t = 1 / (1 + 0.46 |x| / sqrt 2)} and a minimax fit p, after the form of
     * Abramowitz and Stegun 7.1.26.
     */
    static FloatVector normalCdf(FloatVector x, FloatVector bell) {
        FloatVector one = FloatVector.broadcast(F, 1);
        FloatVector t = one.div(x.abs().fma(FloatVector.broadcast(F, 0.32526913f), one));
        FloatVector p = FloatVector.broadcast(F, -0.11981249f).fma(t, FloatVector.broadcast(F, 0.43312117f));
        p = p.fma(t, FloatVector.broadcast(F, -0.17301644f));
        p = p.fma(t, FloatVector.broadcast(F, 0.2546123f));
        p = p.fma(t, FloatVector.broadcast(F, 0.102892995f));
        p = p.fma(t, FloatVector.broadcast(F, 0.0022024154f));
        FloatVector tail = p.mul(bell);
        return tail.blend(one.sub(tail), x.compare(VectorOperators.GT, 0));
    }

    /** {@code 2 sqrt(2 / pi) (1 + c x^2)} from {@code x^2}. */
    static FloatVector geluTanhSlope(FloatVector square, float c) {
        return square.fma(FloatVector.broadcast(F, c * TWICE_GELU_TANH_SCALE),
                FloatVector.broadcast(F, TWICE_GELU_TANH_SCALE));
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
