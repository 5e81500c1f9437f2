package io.github.lrp4j.lrp.rule;

import io.github.lrp4j.lrp.Needs;
import io.github.lrp4j.lrp.Rule;
import io.github.lrp4j.lrp.RuleCall;
import io.github.lrp4j.lrp.Sink;
import io.github.lrp4j.lrp.Site;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import java.util.List;
import java.util.Optional;

/**
 * {@code R_i = factor_i R'_i} with what another rule gives, {@code R'_i}.
 *
 * <p>In gradient-times-input form a product of two activations passes half of its gradient to each factor (LXT's efficient
 * form of AttnLRP, arXiv 2402.05602): {@code new Scaled(new Adjoint(false), 0.5)}. Attention in one op passes a quarter to
 * queries and keys, which are two products away, and a half to values.
 *
 * @param rule the rule
 * @param factors per operand, what its relevance is multiplied by; the last one goes for all further operands
 */
public record Scaled(Rule rule, List<Double> factors) implements Rule {
    /** Copies. */
    public Scaled {
        factors = List.copyOf(factors);
        if (factors.isEmpty()) {
            throw new IllegalArgumentException("scaled: needs one factor, or one per operand");
        }
    }

    /** The same factor for every operand. */
    public Scaled(Rule rule, double factor) {
        this(rule, List.of(factor));
    }

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
    public boolean takesLanes() {
        return rule.takesLanes();
    }

    @Override
    public Tensor[] propagate(RuleCall call) {
        Tensor[] result = rule.propagate(call).clone();
        for (int i = 0; i < result.length; i++) {
            UnaryFn scale = new UnaryFn(UnaryFn.Kind.SCALE, factors.get(Math.min(i, factors.size() - 1)), 0);
            result[i] = result[i] == null ? null : call.kernels().unary(scale, result[i]);
        }
        return result;
    }

    @Override
    public Sink remainder(Site site) {
        return factors.stream().allMatch(factor -> factor == 1) ? rule.remainder(site) : Sink.NOT_CONSERVED;
    }

    @Override
    public String describe() {
        return (factors.size() == 1 ? factors.get(0) : factors) + " * " + rule.describe();
    }
}
