package io.github.lrp4j.lrp.rule;

import io.github.lrp4j.autograd.Movement;
import io.github.lrp4j.autograd.Selection;
import io.github.lrp4j.autograd.op.Dropout;
import io.github.lrp4j.autograd.op.Where;
import io.github.lrp4j.lrp.Needs;
import io.github.lrp4j.lrp.Rule;
import io.github.lrp4j.lrp.RuleCall;
import io.github.lrp4j.lrp.Sink;
import io.github.lrp4j.lrp.Site;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.UnaryFn;

/**
 * {@code R_x = J^T R}: relevance goes back as the gradient does.
 *
 * <p>Right for ops that move, pick or average cells, whose adjoint conserves; of a dropout, without the gain of the kept
 * cells. Used for every op, as it stands, it makes the sweep a gradient.
 *
 * @param conserves whether relevance is passed on, so that a difference would be lost; else a gradient
 */
public record Adjoint(boolean conserves) implements Rule {
    @Override
    public Needs needs(Site site) {
        return Needs.adjoint(site);
    }

    @Override
    public boolean takesLanes() {
        return true;
    }

    @Override
    public Tensor[] propagate(RuleCall call) {
        Tensor[] result = call.vjp(call.relevances());
        if (conserves && call.op() instanceof Dropout dropout && result[0] != null) {
            // A kept cell is the only source of its output: the gain 1 / (1 - p) is no reason to hand on more than there is.
            result[0] = call.kernels().unary(new UnaryFn(UnaryFn.Kind.SCALE, 1 - dropout.p(), 0), result[0]);
        }
        return result;
    }

    @Override
    public Sink remainder() {
        return conserves ? Sink.ROUNDING : Sink.NOT_CONSERVED;
    }

    /** What arrives at cells that come from no live operand ends there; everything else goes on. */
    @Override
    public Sink remainder(Site site) {
        if (!conserves) {
            return Sink.NOT_CONSERVED;
        }
        boolean dead = site.hasDeadOperand();
        return switch (site.op()) {
            // A mask that is written out: the other branch holds what masked cells hold.
            case Where where -> dead ? Sink.MASKED : Sink.ROUNDING;
            case Selection selection when selection.fills() -> Sink.MASKED;
            case Movement movement when movement.fills() -> Sink.MASKED;
            default -> dead ? Sink.DEAD_LEAF : Sink.ROUNDING;
        };
    }
}
