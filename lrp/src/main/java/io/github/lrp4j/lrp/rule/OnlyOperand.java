package io.github.lrp4j.lrp.rule;

import io.github.lrp4j.lrp.Needs;
import io.github.lrp4j.lrp.Rule;
import io.github.lrp4j.lrp.RuleCall;
import io.github.lrp4j.lrp.Sink;
import io.github.lrp4j.lrp.Site;
import io.github.lrp4j.tensor.Tensor;
import java.util.Optional;

/**
 * {@code R_i = R} for one operand of an elementwise op, nothing for the others; summed over stretched dimensions.
 *
 * <p>For a residual addition it sends relevance through the branch alone, or through the skip connection alone, to see
 * what each of them explains.
 *
 * @param operand position of the operand that takes everything
 */
public record OnlyOperand(int operand) implements Rule {
    @Override
    public Needs needs(Site site) {
        return Needs.NOTHING;
    }

    @Override
    public boolean gives(Site site, int i) {
        return i == operand && site.receives(i);
    }

    @Override
    public Optional<String> objection(Site site) {
        return CellByCell.objection(site, operand);
    }

    @Override
    public boolean takesLanes() {
        return true;
    }

    @Override
    public Tensor[] propagate(RuleCall call) {
        Tensor[] result = new Tensor[call.node().operands().size()];
        if (call.wants(operand)) {
            result[operand] = CellByCell.summed(call, operand, call.relevance());
        }
        return result;
    }

    @Override
    public Sink remainder(Site site) {
        return site.receives(operand) ? Sink.ROUNDING : Sink.DEAD_LEAF;
    }
}
