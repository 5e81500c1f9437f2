package io.github.lrp4j.lrp.rule;

import io.github.lrp4j.lrp.Needs;
import io.github.lrp4j.lrp.Rule;
import io.github.lrp4j.lrp.RuleCall;
import io.github.lrp4j.lrp.Sink;
import io.github.lrp4j.lrp.Site;
import io.github.lrp4j.tensor.Tensor;

/**
 * For a bias addition {@code y = z + b}: all relevance to z, none to b; the linear op that made z counts b in its own
 * denominator instead.
 *
 * <p>This is how module-level implementations (Zennit) see a layer with a bias, whose share is lost. The ledger shows it
 * under {@link Sink#BIAS}.
 */
public record AbsorbBias() implements Rule {
    @Override
    public Needs needs(Site site) {
        return Needs.NOTHING;
    }

    @Override
    public Tensor[] propagate(RuleCall call) {
        Tensor[] result = new Tensor[call.node().operands().size()];
        if (call.receives(0)) {
            result[0] = call.kernels().sumTo(call.relevance(), call.operandShape(0));
        }
        return result;
    }

    @Override
    public Sink remainder(Site site) {
        return site.receives(0) ? Sink.ROUNDING : Sink.DEAD_LEAF;
    }
}
