package io.github.lrp4j.lrp.rule;

import io.github.lrp4j.lrp.RuleCall;
import io.github.lrp4j.lrp.Site;
import io.github.lrp4j.tensor.Tensor;

/**
 * Epsilon rule: {@code s = R / (z + eps sign z)}, {@code R_x = x * f^T(s, w)}, with {@code sign 0 = +1}.
 *
 * <p>{@code z = f(x, w)}, plus the bias where that is absorbed. Between two activations {@code s = R / (2z + eps sign z)}.
 * Source: Bach et al. 2015, eq. 58; Montavon et al. 2019, section 10.2.1.
 *
 * @param stabilizer of the denominator
 * @param factors which factors take relevance
 */
public record Epsilon(Stabilizer stabilizer, Factors factors) implements LinearRule {
    /** With sign, relevance to activations only. */
    public Epsilon(double epsilon) {
        this(Stabilizer.signed(epsilon), Factors.ACTIVATIONS);
    }

    @Override
    public boolean ignoresIdleCells(Site site) {
        return true;
    }

    @Override
    public Tensor relevanceOf(Factor factor, Tensor relevance, double share) {
        RuleCall call = factor.call();
        Tensor output = call.output();
        Tensor z = factor.withBias(output);
        // R / (2z + eps sign z) = (R / 2) / (z + (eps / 2) sign z)
        Tensor s = factor.quotient(share, relevance, z, stabilizer.times(share));
        call.release(z == output ? null : z);
        Tensor result = factor.share(factor.x(), s, factor.w());
        call.release(s);
        return result;
    }
}
