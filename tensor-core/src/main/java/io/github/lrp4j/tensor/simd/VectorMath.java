package io.github.lrp4j.tensor.simd;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Functions of one vector that the Vector API does not bring, and folds of a vector to a number. */
final class VectorMath {
    static final float SQRT_HALF = (float) Math.sqrt(0.5);
    static final float INV_SQRT_2PI = (float) (1 / Math.sqrt(2 * Math.PI));
    static final float TWO_OVER_SQRT_PI = (float) (2 / Math.sqrt(Math.PI));
    static final float GELU_TANH_CUBIC = 0.044715f;
    /** {@code 2 sqrt(2 / pi)}: tanh u is written as {@code 2 sigmoid(2 u) - 1}. */
    static final float TWICE_GELU_TANH_SCALE = (float) (2 * Math.sqrt(2 / Math.PI));

    private static final VectorSpecies<Float> F = Species.F;
    /** As many bits as {@link Species#F}, half the lanes. */
    static final VectorSpecies<Double> D = VectorSpecies.of(double.class, F.vectorShape());

    /** Where float32 erf has become 1. */
    private static final float ERF_END = 3.92f;

    private VectorMath() {
    }

    static FloatVector exp(FloatVector x) {
        return x.lanewise(VectorOperators.EXP);
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
        FloatVector c = x.max(-ERF_END).min(ERF_END);
        FloatVector t = c.mul(c);
        FloatVector p = t.mul(2.0500418e-06f).add(0.00028483188f);
        p = p.fma(t, FloatVector.broadcast(F, 0.0037642543f));
        p = p.fma(t, FloatVector.broadcast(F, 0.052744422f));
        p = p.fma(t, FloatVector.broadcast(F, 0.19037758f));
        p = p.fma(t, FloatVector.broadcast(F, 1.1283791f));
        FloatVector q = t.mul(3.8088587e-05f).add(0.001162168f);
        q = q.fma(t, FloatVector.broadcast(F, 0.014966493f));
        q = q.fma(t, FloatVector.broadcast(F, 0.11409674f));
        q = q.fma(t, FloatVector.broadcast(F, 0.50205046f));
        q = q.fma(t, FloatVector.broadcast(F, 1));
        return c.mul(p).div(q).max(-1).min(1);
    }

    /** {@code (1 + erf(x / sqrt 2)) / 2}. */
    static FloatVector normalCdf(FloatVector x) {
        return erf(x.mul(SQRT_HALF)).mul(0.5f).add(0.5f);
    }

    /** {@code sigmoid(2 sqrt(2 / pi) (x + 0.044715 x^3))}: the factor of x in the tanh form of GELU. */
    static FloatVector geluTanhGate(FloatVector x) {
        FloatVector cubic = x.mul(x).mul(GELU_TANH_CUBIC).add(1);
        return sigmoid(x.mul(cubic).mul(TWICE_GELU_TANH_SCALE));
    }

    /** {@code ln(1 + e^x)}, which neither overflows nor loses small values. */
    static FloatVector softplus(FloatVector x) {
        return exp(x.abs().neg()).lanewise(VectorOperators.LOG1P).add(x.max(0));
    }

    /** Where {@code x} is larger than {@code best} or the first NaN. */
    static VectorMask<Float> beats(FloatVector x, FloatVector best) {
        return x.compare(VectorOperators.LE, best).not().and(best.compare(VectorOperators.EQ, best));
    }

    /** Sum of the lanes in float64, so that the order of additions does not show in float32. */
    static double sum(FloatVector x) {
        return add(DoubleVector.zero(D), x).reduceLanes(VectorOperators.ADD);
    }

    /** {@code sum + x} in float64, lanes folded in halves. */
    static DoubleVector add(DoubleVector sum, FloatVector x) {
        DoubleVector low = (DoubleVector) x.convertShape(VectorOperators.F2D, D, 0);
        DoubleVector high = (DoubleVector) x.convertShape(VectorOperators.F2D, D, 1);
        return sum.add(low.add(high));
    }

    /** {@code sums[at ..] += x} in float64. */
    static void addTo(double[] sums, int at, FloatVector x) {
        DoubleVector low = (DoubleVector) x.convertShape(VectorOperators.F2D, D, 0);
        DoubleVector high = (DoubleVector) x.convertShape(VectorOperators.F2D, D, 1);
        low.add(DoubleVector.fromArray(D, sums, at)).intoArray(sums, at);
        int half = at + D.length();
        high.add(DoubleVector.fromArray(D, sums, half)).intoArray(sums, half);
    }
}
