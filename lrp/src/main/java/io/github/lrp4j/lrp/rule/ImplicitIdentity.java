package io.github.lrp4j.lrp.rule;

import io.github.lrp4j.lrp.Needs;
import io.github.lrp4j.lrp.Rule;
import io.github.lrp4j.lrp.RuleCall;
import io.github.lrp4j.lrp.Sink;
import io.github.lrp4j.lrp.Site;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import java.util.List;
import java.util.Optional;

/**
 * Identity rule in gradient-times-input form, where what flows is {@code G = R / value}: {@code G_x = f(x) / (x + eps) G}.
 *
 * <p>Then {@code x G_x = f(x) G}: relevance is unchanged. Source: LXT's efficient form of AttnLRP.
 *
 * @param epsilon plain stabiliser of x
 */
public record ImplicitIdentity(double epsilon) implements Rule {
    @Override
    public Needs needs(Site site) {
        return new Needs(List.of(0), true);
    }

    @Override
    public boolean gives(Site site, int i) {
        return i == 0 && site.receives(0);
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
        Tensor ratio = Stabilizer.plain(epsilon).quotient(call.kernels(), call.output(), call.operand(0));
        return new Tensor[] {call.kernels().binary(BinaryFn.MUL, ratio, call.relevance())};
    }

    @Override
    public Sink remainder() {
        return Sink.NOT_CONSERVED;
    }
}
