package io.github.lrp4j.lrp.rule;

import io.github.lrp4j.lrp.Needs;
import io.github.lrp4j.lrp.Rule;
import io.github.lrp4j.lrp.RuleCall;
import io.github.lrp4j.lrp.Sink;
import io.github.lrp4j.lrp.Site;
import io.github.lrp4j.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * Another rule with some operands held constant: they take nothing, and the others share as if those were numbers that
 * depend on nothing.
 *
 * <p>With the attention probabilities held constant in {@code out = P v}, {@code R_v = v * P^T(R / (out + eps sign out))}
 * takes everything: the AH-rule of conservative propagation (Ali et al. 2022, arXiv 2202.07304, eq. 8). With the gate of a
 * gated product held constant, the other factor takes everything.
 *
 * @param rule the rule
 * @param operands positions of the constants
 */
public record HoldingConstant(Rule rule, List<Integer> operands) implements Rule {
    /** Copies. */
    public HoldingConstant {
        operands = List.copyOf(operands);
    }

    /** With one constant. */
    public HoldingConstant(Rule rule, int operand) {
        this(rule, List.of(operand));
    }

    @Override
    public Needs needs(Site site) {
        return rule.needs(site.holding(operands));
    }

    @Override
    public boolean gives(Site site, int i) {
        return !operands.contains(i) && rule.gives(site.holding(operands), i);
    }

    @Override
    public Optional<String> objection(Site site) {
        return rule.objection(site.holding(operands));
    }

    @Override
    public boolean takesLanes() {
        return rule.takesLanes();
    }

    @Override
    public Tensor[] propagate(RuleCall call) {
        return rule.propagate(call.holding(operands));
    }

    @Override
    public Sink remainder(Site site) {
        return rule.remainder(site);
    }

    @Override
    public String describe() {
        return rule.describe() + " holding operand" + (operands.size() == 1 ? " " + operands.get(0) : "s " + operands)
                + " constant";
    }
}
