package io.github.lrp4j.lrp.rule;

import io.github.lrp4j.lrp.Needs;
import io.github.lrp4j.lrp.Rule;
import io.github.lrp4j.lrp.RuleCall;
import io.github.lrp4j.lrp.Sink;
import io.github.lrp4j.lrp.Site;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import java.util.Optional;

/**
 * {@code R_x = factor R'_x} with what another rule gives, {@code R'_x}.
 *
 * <p>In gradient-times-input form a product of two activations passes half of its gradient to each factor (LXT's efficient
 * form of AttnLRP, arXiv 2402.05602): {@code new Scaled(new Adjoint(false), 0.5)}.
 *
 * @param rule the rule
 * @param factor what its relevance is multiplied by
 */
public record Scaled(Rule rule, double factor) implements Rule {
    @Override
    public Needs needs(Site site) {
        return rule.needs(site);
    }

    @Override
    public boolean gives(Site site, int i) {
        return rule.gives(site, i);
    }

    @Override
    public Optional<String> objection(Site site) {
        return rule.objection(site);
    }

    @Override
    public Tensor[] propagate(RuleCall call) {
        Tensor[] result = rule.propagate(call).clone();
        UnaryFn scale = new UnaryFn(UnaryFn.Kind.SCALE, factor, 0);
        for (int i = 0; i < result.length; i++) {
            result[i] = result[i] == null ? null : call.kernels().unary(scale, result[i]);
        }
        return result;
    }

    @Override
    public Sink remainder(Site site) {
        return factor == 1 ? rule.remainder(site) : Sink.NOT_CONSERVED;
    }

    @Override
    public String describe() {
        return factor + " * " + rule.describe();
    }
}
