package io.github.lrp4j.lrp.rule;

import io.github.lrp4j.lrp.Sink;
import io.github.lrp4j.tensor.Tensor;

/**
 * Z-plus rule on the weights alone, DynamicLRP's form: {@code w+ = max(w, 0)}, {@code z = f(x, w+)},
 * {@code s = R / (z + eps sign z)}, {@code R_x = x * f^T(s, w+)}.
 *
 * <p>The input is not split by sign, so the rule conserves whatever the sign of x. Zennit's form, which splits both, is
 * {@link AlphaBeta} with alpha 1 and beta 0. Source: Montavon et al. 2017 (deep Taylor decomposition), eq. 18, for
 * {@code x >= 0}; arXiv 2512.07010.
 *
 * @param epsilon the stabiliser, in units of z
 * @param denominator what divides
 * @param factors which factors take relevance
 */
public record ZPlus(double epsilon, Denominator denominator, Factors factors) implements LinearRule {
    /** What divides the relevance. */
    public enum Denominator {
        /** {@code f(x, w+)}: matches the numerator, so relevance is conserved. */
        CLAMPED,
        /** {@code f(x, w)}, as the published code does for convolutions: does not conserve. For comparison only. */
        UNCLAMPED
    }

    /** The conserving form, relevance to activations only. */
    public ZPlus(double epsilon) {
        this(epsilon, Denominator.CLAMPED, Factors.ACTIVATIONS);
    }

    @Override
    public Tensor relevanceOf(Factor factor, Tensor relevance, double share) {
        // The clamped operand is always the weight, operand 1: for the weight's own share it is the factor itself.
        boolean weightItself = factor.index() == 1;
        Tensor x = weightItself ? factor.positive(factor.x()) : factor.x();
        Tensor w = weightItself ? factor.w() : factor.positiveWeight();
        Tensor z = denominator == Denominator.CLAMPED
                ? factor.productWithBias(x, w, Part.POSITIVE.function)
                : factor.withBias(factor.call().output(), Part.POSITIVE.function);
        Tensor s = factor.quotient(share, relevance, z, Stabilizer.signed(epsilon * share), Part.POSITIVE.function);
        Tensor result = factor.share(x, s, w);
        factor.call().release(s, denominator == Denominator.CLAMPED ? z : null, weightItself ? x : null);
        return result;
    }

    @Override
    public Sink remainder() {
        return denominator == Denominator.CLAMPED ? Sink.STABILIZER : Sink.NOT_CONSERVED;
    }
}
