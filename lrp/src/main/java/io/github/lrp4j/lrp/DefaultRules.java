package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Additive;
import io.github.lrp4j.autograd.Attention;
import io.github.lrp4j.autograd.Custom;
import io.github.lrp4j.autograd.Leaf;
import io.github.lrp4j.autograd.Linear;
import io.github.lrp4j.autograd.Movement;
import io.github.lrp4j.autograd.Normalization;
import io.github.lrp4j.autograd.Pointwise;
import io.github.lrp4j.autograd.Product;
import io.github.lrp4j.autograd.Selection;
import io.github.lrp4j.lrp.rule.Adjoint;
import io.github.lrp4j.lrp.rule.Epsilon;
import io.github.lrp4j.lrp.rule.FusedAttention;
import io.github.lrp4j.lrp.rule.Identity;
import io.github.lrp4j.lrp.rule.Proportional;

/**
 * The rule of every family when a table says nothing: DynamicLRP's defaults (arXiv 2512.07010).
 *
 * <p>The switch is exhaustive over the sealed families and has no {@code default}: a family that relevance propagation
 * cannot answer does not compile. This is why coverage is complete by construction.
 */
public final class DefaultRules {
    /** DynamicLRP's stabiliser. In float32 it acts only where a denominator is zero. */
    public static final double EPSILON = 1e-11;

    private DefaultRules() {
    }

    /**
     * The default rule at a site.
     *
     * @throws MissingRuleException for a custom op
     */
    public static Rule ruleFor(Site site) {
        return switch (site.op()) {
            case Linear linear -> new Epsilon(EPSILON);
            case Additive additive -> new Proportional(EPSILON);
            case Product product -> new Proportional(EPSILON);
            case Movement movement -> new Adjoint(true);
            case Selection selection -> new Adjoint(true);
            case Pointwise pointwise -> new Identity();
            case Normalization normalization -> new Identity();
            case Attention attention -> new FusedAttention(EPSILON);
            case Leaf leaf -> new Adjoint(true);
            case Custom custom -> throw new MissingRuleException(site);
        };
    }
}
