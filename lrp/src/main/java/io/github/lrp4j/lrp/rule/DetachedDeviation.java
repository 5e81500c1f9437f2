package io.github.lrp4j.lrp.rule;

import io.github.lrp4j.autograd.Keeps;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.autograd.Standardization;
import io.github.lrp4j.lrp.Needs;
import io.github.lrp4j.lrp.Rule;
import io.github.lrp4j.lrp.RuleCall;
import io.github.lrp4j.lrp.Sink;
import io.github.lrp4j.lrp.Site;
import io.github.lrp4j.tensor.Tensor;
import java.util.Optional;

/**
 * {@link NormWithConstantDeviation} in gradient-times-input form, where what flows is {@code G = R / value}: with
 * {@code h = G w / std}, {@code G_x = h - mean h}; the deviation takes no gradient.
 *
 * <p>Source: Ali et al. 2022 (arXiv 2202.07304), section 3.3; LXT's efficient form of AttnLRP.
 */
public record DetachedDeviation() implements Rule {
    @Override
    public Needs needs(Site site) {
        return Needs.operands(site);
    }

    @Override
    public boolean gives(Site site, int i) {
        return i == 0 && site.receives(i);
    }

    @Override
    public Optional<String> objection(Site site) {
        return site.op() instanceof Standardization
                ? Optional.empty()
                : Optional.of("is for layer, RMS, group and batch normalisation");
    }

    @Override
    public Tensor[] propagate(RuleCall call) {
        Saved saved = call.saved(new Keeps(needs(call.site()).operands(), false));
        Tensor[] result = new Tensor[call.node().operands().size()];
        if (call.wants(0)) {
            result[0] = ((Standardization) call.op()).adjointAtConstantDeviation(saved, call.relevance());
        }
        return result;
    }

    @Override
    public Sink remainder() {
        return Sink.NOT_CONSERVED;
    }
}
