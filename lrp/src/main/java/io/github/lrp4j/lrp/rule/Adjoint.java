package io.github.lrp4j.lrp.rule;

import io.github.lrp4j.lrp.Needs;
import io.github.lrp4j.lrp.Rule;
import io.github.lrp4j.lrp.RuleCall;
import io.github.lrp4j.lrp.Sink;
import io.github.lrp4j.lrp.Site;
import io.github.lrp4j.tensor.Tensor;

/**
 * {@code R_x = J^T R}: relevance goes back as the gradient does.
 *
 * <p>Right for ops that move, pick or average cells, whose adjoint conserves. Used for every op it makes the sweep a
 * gradient.
 *
 * @param conserves whether the op is one whose adjoint conserves, so that a difference would be lost relevance
 */
public record Adjoint(boolean conserves) implements Rule {
    @Override
    public Needs needs(Site site) {
        return Needs.adjoint(site);
    }

    @Override
    public Tensor[] propagate(RuleCall call) {
        return call.vjp(call.relevances());
    }

    @Override
    public Sink remainder() {
        return conserves ? Sink.DROPPED : Sink.NOT_CONSERVED;
    }
}
