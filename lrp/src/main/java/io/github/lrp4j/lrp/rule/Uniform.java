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
 * {@code R_i = R / n} for each of the n operands that take relevance, summed over stretched dimensions.
 *
 * <p>AttnLRP's rule for a product of two activations (arXiv 2402.05602, proposition 3.2).
 */
public record Uniform() implements Rule {
    @Override
    public Needs needs(Site site) {
        return Needs.NOTHING;
    }

    @Override
    public Optional<String> objection(Site site) {
        return CellByCell.objection(site);
    }

    @Override
    public boolean takesLanes() {
        return true;
    }

    @Override
    public Tensor[] propagate(RuleCall call) {
        Tensor[] result = new Tensor[call.node().operands().size()];
        UnaryFn share = new UnaryFn(UnaryFn.Kind.SCALE, 1.0 / Math.max(1, call.site().receivers()), 0);
        Tensor r = call.kernels().unary(share, call.relevance());
        for (int i = 0; i < result.length; i++) {
            if (call.wants(i)) {
                result[i] = CellByCell.summed(call, i, r);
            }
        }
        return result;
    }

    @Override
    public Sink remainder() {
        return Sink.ROUNDING;
    }
}
