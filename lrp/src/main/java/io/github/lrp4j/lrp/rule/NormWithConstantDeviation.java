package io.github.lrp4j.lrp.rule;

import io.github.lrp4j.autograd.op.LayerNorm;
import io.github.lrp4j.lrp.Needs;
import io.github.lrp4j.lrp.Rule;
import io.github.lrp4j.lrp.RuleCall;
import io.github.lrp4j.lrp.Sink;
import io.github.lrp4j.lrp.Site;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.Reduction;
import java.util.List;
import java.util.stream.IntStream;
import java.util.Optional;

/**
 * Epsilon rule through layer normalisation whose deviation is a constant: with {@code y = (x - mean x) w / std + b},
 * {@code s = R / stabilised y} and {@code h = s w / std}, {@code R_x = x (h - mean h)}.
 *
 * <p>The bias and the mean take their share of y and lose it. Source: AttnLRP's implementation (LXT, arXiv 2402.05602);
 * Ali et al. 2022 (arXiv 2202.07304) for the constant deviation.
 *
 * @param stabilizer of y
 */
public record NormWithConstantDeviation(Stabilizer stabilizer) implements Rule {
    @Override
    public Needs needs(Site site) {
        return Needs.everything(site);
    }

    @Override
    public boolean gives(Site site, int i) {
        return i == 0 && site.receives(i);
    }

    @Override
    public Optional<String> objection(Site site) {
        return site.op() instanceof LayerNorm ? Optional.empty() : Optional.of("is for layer normalisation");
    }

    @Override
    public boolean takesLanes() {
        return true;
    }

    @Override
    public Tensor[] propagate(RuleCall call) {
        LayerNorm norm = (LayerNorm) call.op();
        Kernels kernels = call.kernels();
        int operands = call.node().operands().size();
        Tensor[] result = new Tensor[operands];
        if (call.wants(0)) {
            Tensor s = stabilizer.quotient(kernels, call.relevance(), call.output());
            Tensor scaled = operands > 1 ? kernels.binary(BinaryFn.MUL, s, call.operand(1)) : s;
            Tensor h = kernels.binary(BinaryFn.MUL, scaled, call.extras().get(1));
            Tensor x = call.operand(0);
            List<Integer> dims = IntStream.range(x.rank() - norm.dims(), x.rank()).map(call::axis).boxed().toList();
            Tensor centred = kernels.binary(BinaryFn.SUB, h, kernels.reduce(Reduction.MEAN, h, dims, true));
            result[0] = kernels.binary(BinaryFn.MUL, x, centred);
        }
        return result;
    }

    @Override
    public Sink remainder() {
        return Sink.BIAS;
    }
}
