package io.github.lrp4j.lrp.rule;

import io.github.lrp4j.lrp.Needs;
import io.github.lrp4j.lrp.Rule;
import io.github.lrp4j.lrp.RuleCall;
import io.github.lrp4j.lrp.Sink;
import io.github.lrp4j.lrp.Site;
import io.github.lrp4j.autograd.op.Softmax;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.Reduction;
import java.util.List;
import java.util.Optional;

/**
 * Deep Taylor decomposition of softmax: {@code R_x = x (R - s sum R)} with {@code s = softmax(x)}, sums along the softmax's
 * axis.
 *
 * <p>Where {@code s = 0} (masked cells) nothing flows; minus infinity is never multiplied. Does not conserve: the bias
 * term of the expansion takes the rest. Source: AttnLRP (arXiv 2402.05602), proposition 3.1.
 */
public record SoftmaxTaylor() implements Rule {
    @Override
    public Needs needs(Site site) {
        return Needs.everything(site);
    }

    @Override
    public Optional<String> objection(Site site) {
        return site.op() instanceof Softmax ? Optional.empty() : Optional.of("is for softmax");
    }

    @Override
    public boolean takesLanes() {
        return true;
    }

    @Override
    public Tensor[] propagate(RuleCall call) {
        Softmax softmax = (Softmax) call.op();
        Kernels kernels = call.kernels();
        Tensor s = call.output();
        Tensor r = call.relevance();
        Tensor total = s.rank() == 0 ? r : kernels.reduce(Reduction.SUM, r, List.of(call.axis(softmax.dim())), true);
        Tensor difference = kernels.binary(BinaryFn.SUB, r, kernels.binary(BinaryFn.MUL, s, total));
        Tensor zero = Tensor.scalar(0, s.dtype());
        Tensor open = kernels.binary(BinaryFn.GREATER, s, zero);
        Tensor x = kernels.where(open, call.operand(0), zero);
        return new Tensor[] {kernels.binary(BinaryFn.MUL, x, difference)};
    }

    @Override
    public Sink remainder() {
        return Sink.BIAS;
    }
}
