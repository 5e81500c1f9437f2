package io.github.lrp4j.lrp.rule;

import io.github.lrp4j.lrp.Sink;
import io.github.lrp4j.lrp.Site;
import io.github.lrp4j.tensor.Tensor;

/**
 * Alpha-beta rule: {@code R_x = alpha (x+ * f^T(R / z+, w+) + x- * f^T(R / z+, w-)) - beta (x+ * f^T(R / z-, w-) + x- * f^T(R / z-, w+))}.
 *
 * <p>{@code z+ = f(x+, w+) + f(x-, w-) + b+} and {@code z- = f(x+, w-) + f(x-, w+) + b-}, each stabilised by
 * {@code eps sign z}; {@code t+ = max(t, 0)}, {@code t- = min(t, 0)}. Conserves for {@code alpha - beta = 1} up to what
 * absorbed biases take. With alpha 1 and beta 0 it is Zennit's z-plus rule. Source: Bach et al. 2015, eq. 60.
 *
 * @param alpha weight of the positive contributions
 * @param beta weight of the negative contributions
 * @param epsilon the stabiliser, in units of z
 */
public record AlphaBeta(double alpha, double beta, double epsilon) implements LinearRule {
    @Override
    public boolean ignoresIdleCells(Site site) {
        return true;
    }

    @Override
    public Tensor relevanceOf(Factor factor, Tensor relevance, double share) {
        SignSplit split = SignSplit.of(factor);
        Tensor positive = alpha == 0 ? null : split.quotient(relevance, Part.POSITIVE, epsilon, share * alpha);
        Tensor negative = beta == 0 ? null : split.quotient(relevance, Part.NEGATIVE, epsilon, -share * beta);
        Tensor result = split.distribute(positive, negative);
        split.release();
        factor.call().release(positive, negative);
        return result;
    }

    @Override
    public Sink remainder() {
        return alpha - beta == 1 ? Sink.STABILIZER : Sink.NOT_CONSERVED;
    }
}
