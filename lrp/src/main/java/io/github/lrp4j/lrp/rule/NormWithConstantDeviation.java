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
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.Optional;

/**
 * Epsilon rule through a normalisation whose deviation is a constant: with {@code y = (x - mean x) w / std + b},
 * {@code s = R / stabilised y} and {@code h = s w / std}, {@code R_x = x (h - mean h)}.
 *
 * <p>The LN-rule of conservative propagation (Ali et al. 2022, arXiv 2202.07304, eq. 9) for layer, group, instance and batch
 * normalisation; for root mean square normalisation, which has no mean, {@code R_x = x h}. The mean is that of what is
 * normalised together. Running statistics are constants: the mean then counts as part of b. Nothing is lost but what b
 * takes of y, and the stabiliser. AttnLRP's implementation (LXT, arXiv 2402.05602) has a plain stabiliser of 1e-6.
 *
 * @param stabilizer of y
 * @param bias whether b counts in y
 */
public record NormWithConstantDeviation(Stabilizer stabilizer, Bias bias) implements Rule {
    /** What becomes of the bias. */
    public enum Bias {
        /** It counts in the denominator and its share is lost. */
        ABSORBED,
        /** It does not count: {@code s = R / stabilised (y - b)}, and all relevance goes to x. */
        LEFT_OUT
    }

    /** With the bias in the denominator. */
    public NormWithConstantDeviation(Stabilizer stabilizer) {
        this(stabilizer, Bias.ABSORBED);
    }

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
        return site.op() instanceof Standardization
                ? Optional.empty()
                : Optional.of("is for layer, RMS, group and batch normalisation");
    }

    @Override
    public Tensor[] propagate(RuleCall call) {
        Standardization norm = (Standardization) call.op();
        Kernels kernels = call.kernels();
        Tensor[] result = new Tensor[call.node().operands().size()];
        Saved saved = call.saved(new Keeps(needs(call.site()).operands(), false));
        Optional<Tensor> shift = norm.shift(saved);
        Tensor output = call.output();
        Tensor y = bias == Bias.LEFT_OUT && shift.isPresent()
                ? kernels.binary(BinaryFn.SUB, output, shift.get())
                : output;
        Tensor s = stabilizer.quotient(kernels, call.relevance(), y);
        if (bias == Bias.ABSORBED) {
            shift.ifPresent(b -> call.book(Sink.BIAS, kernels.total(kernels.binary(BinaryFn.MUL, s, b))));
        }
        if (call.wants(0)) {
            result[0] = call.times(call.operand(0), norm.adjointAtConstantDeviation(saved, s));
        }
        call.release(s, y == output ? null : y);
        return result;
    }
}
