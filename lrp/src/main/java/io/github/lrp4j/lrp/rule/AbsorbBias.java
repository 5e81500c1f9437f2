package io.github.lrp4j.lrp.rule;

import io.github.lrp4j.lrp.Needs;
import io.github.lrp4j.lrp.Rule;
import io.github.lrp4j.lrp.RuleCall;
import io.github.lrp4j.lrp.Sink;
import io.github.lrp4j.lrp.Site;
import io.github.lrp4j.tensor.Tensor;
import java.util.Optional;

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
    public boolean gives(Site site, int i) {
        return i == 0 && site.receives(i);
    }

    @Override
    public Optional<String> objection(Site site) {
        return CellByCell.objection(site, 0);
    }

    @Override
    public boolean takesLanes() {
        return true;
    }

    @Override
    public boolean ignoresIdleCells(Site site) {
        return true;
    }

    @Override
    public Tensor[] propagate(RuleCall call) {
        Tensor[] result = new Tensor[call.node().operands().size()];
        if (call.wants(0)) {
            result[0] = CellByCell.summed(call, 0, call.relevance());
        }
        return result;
    }

    @Override
    public Sink remainder(Site site) {
        return site.receives(0) ? Sink.ROUNDING : Sink.DEAD_LEAF;
    }
}
