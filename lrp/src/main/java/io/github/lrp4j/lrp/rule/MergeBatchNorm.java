package io.github.lrp4j.lrp.rule;

import io.github.lrp4j.autograd.op.BatchNorm;
import io.github.lrp4j.lrp.Needs;
import io.github.lrp4j.lrp.Rule;
import io.github.lrp4j.lrp.RuleCall;
import io.github.lrp4j.lrp.Sink;
import io.github.lrp4j.lrp.Site;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Reduction;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * For a batch norm in evaluation, {@code y = a z + t} with {@code a = weight / sqrt(variance + eps)} and
 * {@code t = bias - mean a}: a becomes part of the weight of the neighbouring linear op and t of its bias, as if the network
 * had been folded; relevance passes unchanged. A canonizer.
 *
 * <p>Merged into the linear op before it, {@code z = B(x, w)} or {@code z = B(x, w) + b}, if nothing else reads what lies
 * between: the rule there sees {@code w a}, the output {@code a B(x, w)} and the bias {@code a b + t}; a bias addition in
 * between passes its relevance on, whatever its rule. Else into the linear op behind it, {@code B(a x + t, w)}: the rule
 * there sees x, {@code w a} and the bias {@code B(t, w)}, which zero padding makes depend on the position. Where neither is
 * possible it is the {@link Identity} rule, and the plan's audit says why. Matrix products of rank 2, convolutions and
 * transposed convolutions of any geometry take it in.
 *
 * <p>Source: the merge of Zennit's canonizers (arXiv 2106.13200), on the graph instead of the model's weights.
 *
 * @param shift what becomes of t
 * @param epsilon the stabiliser of a shift that shares, in units of y
 */
public record MergeBatchNorm(Shift shift, double epsilon) implements Rule {
    /** What becomes of the shift. */
    public enum Shift {
        /** It counts in the linear rule's denominator, and its share is lost, as {@link AbsorbBias} has it. */
        ABSORBED,
        /**
         * It takes its absolute share, as {@link Proportional} has it for a bias that is added: the batch norm's bias
         * gets it. For a batch norm behind its linear op only.
         */
        SHARES
    }

    /** With an absorbed shift. */
    public MergeBatchNorm() {
        this(Shift.ABSORBED, 0);
    }

    /** With a shift that takes its absolute share. */
    public static MergeBatchNorm sharing(double epsilon) {
        return new MergeBatchNorm(Shift.SHARES, epsilon);
    }

    @Override
    public Needs needs(Site site) {
        return Needs.NOTHING;
    }

    @Override
    public boolean gives(Site site, int i) {
        return site.receives(i) && (i == BatchNorm.X || shift == Shift.SHARES && i == BatchNorm.BIAS);
    }

    @Override
    public Optional<String> objection(Site site) {
        return CellByCell.objectionToUnchanged(site);
    }

    @Override
    public Tensor[] propagate(RuleCall call) {
        Tensor[] result = new Tensor[call.node().operands().size()];
        Optional<Tensor> added = call.bias();
        if (added.isEmpty()) {
            result[0] = call.wants(0) ? call.relevance() : null;
            return result;
        }
        var kernels = call.kernels();
        Tensor z = call.operand(0);
        Tensor t = added.get();
        if (call.wants(0)) {
            result[0] = kernels.absoluteShare(call.relevance(), z, t, epsilon);
        }
        Tensor rest = kernels.absoluteShare(call.relevance(), t, z, epsilon);
        if (call.wants(BatchNorm.BIAS)) {
            result[BatchNorm.BIAS] = overAllButChannels(call, rest);
        } else if (!call.receives(BatchNorm.BIAS)) {
            call.book(Sink.BIAS, kernels.total(rest));
        }
        return result;
    }

    private static Tensor overAllButChannels(RuleCall call, Tensor r) {
        List<Integer> others = IntStream.range(0, r.rank()).filter(d -> d != 1).boxed().toList();
        return call.kernels().reduce(Reduction.SUM, r, others, false);
    }

    @Override
    public Sink remainder() {
        return shift == Shift.SHARES ? Sink.STABILIZER : Sink.DROPPED;
    }
}
