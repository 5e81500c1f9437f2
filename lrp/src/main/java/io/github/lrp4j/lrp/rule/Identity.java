package io.github.lrp4j.lrp.rule;

import io.github.lrp4j.lrp.Needs;
import io.github.lrp4j.lrp.Rule;
import io.github.lrp4j.lrp.RuleCall;
import io.github.lrp4j.lrp.Sink;
import io.github.lrp4j.lrp.Site;
import io.github.lrp4j.tensor.Tensor;
import java.util.Optional;

/**
 * {@code R_x = R}: relevance passes unchanged to operand 0; scale and shift of a normalisation take none.
 *
 * <p>The rule of activation functions (Montavon et al. 2019, section 10.2) and, by default, of normalisations. The
 * literature also calls it pass.
 */
public record Identity() implements Rule {
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
        return CellByCell.objectionToUnchanged(site);
    }

    @Override
    public boolean takesLanes() {
        return true;
    }

    @Override
    public Tensor[] propagate(RuleCall call) {
        Tensor[] result = new Tensor[call.node().operands().size()];
        if (call.wants(0)) {
            result[0] = call.relevance();
        }
        return result;
    }

    @Override
    public Sink remainder(Site site) {
        return site.receives(0) ? Sink.ROUNDING : Sink.DEAD_LEAF;
    }
}
