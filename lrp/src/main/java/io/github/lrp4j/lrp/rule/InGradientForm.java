package io.github.lrp4j.lrp.rule;

import io.github.lrp4j.lrp.Needs;
import io.github.lrp4j.lrp.Rule;
import io.github.lrp4j.lrp.RuleCall;
import io.github.lrp4j.lrp.Sink;
import io.github.lrp4j.lrp.Site;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import java.util.Optional;

/**
 * A rule in gradient-times-input form, where what flows is {@code G = R / value}: {@code R = G y} goes through the rule, and
 * {@code G_x = R_x / (x + eps sign x)}.
 *
 * <p>An absorbed bias counts in y. Lets a table mix rules of relevance with gradients, as LXT does with Zennit's
 * (arXiv 2402.05602, implementation).
 *
 * @param rule the rule, for an op with one output
 * @param epsilon signed stabiliser of x
 */
public record InGradientForm(Rule rule, double epsilon) implements Rule {
    @Override
    public Needs needs(Site site) {
        return Needs.everything(site);
    }

    @Override
    public boolean gives(Site site, int i) {
        return rule.gives(site, i);
    }

    @Override
    public Optional<String> objection(Site site) {
        return site.node().outputCount() == 1 ? rule.objection(site) : Optional.of("is for ops with one output");
    }

    @Override
    public boolean takesLanes() {
        return rule.takesLanes();
    }

    @Override
    public Tensor[] propagate(RuleCall call) {
        Tensor y = call.bias().map(bias -> call.kernels().binary(BinaryFn.ADD, call.output(), bias))
                .orElseGet(call::output);
        Tensor relevance = call.kernels().binary(BinaryFn.MUL, call.relevance(), y);
        Tensor[] result = rule.propagate(call.arriving(relevance)).clone();
        for (int i = 0; i < result.length; i++) {
            if (result[i] != null) {
                result[i] = call.kernels().stabilizedQuotient(result[i], call.operand(i), epsilon);
            }
        }
        return result;
    }

    @Override
    public Sink remainder() {
        return Sink.NOT_CONSERVED;
    }
}
