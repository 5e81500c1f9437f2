package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Keeps;
import io.github.lrp4j.autograd.Lanes;
import io.github.lrp4j.autograd.Linear;
import io.github.lrp4j.autograd.Node;
import io.github.lrp4j.autograd.Op;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * One application of a rule to numbers: the relevance that arrived, the values that the rule {@linkplain Rule#needs
 * needs}, and the op itself to run again, forward or backward, on whatever operands the rule likes.
 */
public final class RuleCall {
    private final Kernels kernels;
    private final Site site;
    private final Tensor[] relevance;
    private final SiteValues values;
    private final boolean[] wanted;
    private final int lanes;
    private final List<Map<Sink, Double>> accounts;

    RuleCall(Kernels kernels, Site site, Tensor[] relevance, SiteValues values, boolean[] wanted, int lanes) {
        this(kernels, site, relevance, values, wanted, lanes, IntStream.range(0, Math.max(1, lanes))
                .<Map<Sink, Double>>mapToObj(k -> new EnumMap<>(Sink.class)).toList());
    }

    private RuleCall(Kernels kernels, Site site, Tensor[] relevance, SiteValues values, boolean[] wanted, int lanes,
            List<Map<Sink, Double>> accounts) {
        this.kernels = kernels;
        this.site = site;
        this.relevance = relevance;
        this.values = values;
        this.wanted = wanted;
        this.lanes = lanes;
        this.accounts = accounts;
    }

    /** This call with operands held constant, for a rule that hands it on; what is booked is booked here. */
    public RuleCall holding(List<Integer> operands) {
        boolean[] others = wanted.clone();
        for (int i : operands) {
            if (i < others.length) {
                others[i] = false;
            }
        }
        return new RuleCall(kernels, site.holding(operands), relevance, values, others, lanes, accounts);
    }

    /** This call with other relevance per output, for a rule that hands it on; what is booked is booked here. */
    public RuleCall arriving(Tensor... others) {
        return new RuleCall(kernels, site, others.clone(), values, wanted, lanes, accounts);
    }

    /** Where this is. */
    public Site site() {
        return site;
    }

    /** The node. */
    public Node node() {
        return site.node();
    }

    /** The op. */
    public Op op() {
        return site.op();
    }

    /** Where to compute. */
    public Kernels kernels() {
        return kernels;
    }

    /** Relevance of the first output. */
    public Tensor relevance() {
        return relevance[0];
    }

    /** Relevance per output; null where none arrived. */
    public Tensor[] relevances() {
        return relevance.clone();
    }

    /**
     * Value of operand {@code i}: kept, or recovered through a Promise. Of a linear op that batch norms were
     * {@linkplain io.github.lrp4j.lrp.rule.MergeBatchNorm merged} into, the input and weight of the merged layer.
     */
    public Tensor operand(int i) {
        return values.operand(i);
    }

    /** Shape of operand {@code i}. */
    public Shape operandShape(int i) {
        return node().operands().get(i).shape();
    }

    /** Value of the first output: kept, or computed again from the operands; without the {@link #bias}. */
    public Tensor output() {
        return values.output(0);
    }

    /** Indices, masks and statistics of the recorded application: kept, or computed again. */
    public List<Tensor> extras() {
        return values.extras();
    }

    /** Whether operand {@code i} takes relevance. */
    public boolean receives(int i) {
        return site.receives(i);
    }

    /**
     * Whether anybody wants the relevance of operand {@code i}. Never decides who shares ({@link #receives} does), only
     * whose share need not be computed.
     */
    public boolean wants(int i) {
        return wanted[i];
    }

    /**
     * The bias that this linear op's denominator includes, shaped to broadcast against the output: there only if the op
     * is followed by a bias addition whose rule is {@link io.github.lrp4j.lrp.rule.AbsorbBias}, or has a batch norm
     * {@linkplain io.github.lrp4j.lrp.rule.MergeBatchNorm merged} into it.
     */
    public Optional<Tensor> bias() {
        return values.bias();
    }

    /** The op's adjoint at the recorded operands: per operand that is wanted, the cotangent for these cotangents of the outputs. */
    public Tensor[] vjp(Tensor... cotangents) {
        Tensor[] result = vjp(op(), saved(op().keeps(wanted)), cotangents, wanted.clone());
        for (int i = 0; i < result.length; i++) {
            if (!wanted[i]) {
                result[i] = null;
            }
        }
        return result;
    }

    /** What the op's own adjoint may read, with these operands and outputs; shapes and extras are always there. */
    public Saved saved(Keeps keeps) {
        Tensor[] operands = new Tensor[wanted.length];
        Tensor[] outputs = new Tensor[node().outputCount()];
        for (int i : keeps.operands()) {
            operands[i] = operand(i);
        }
        if (keeps.outputs()) {
            for (int o = 0; o < outputs.length; o++) {
                outputs[o] = values.output(o);
            }
        }
        return new Saved(kernels(), node().operandShapes(), operands, outputs, extras());
    }

    /** The adjoint of another op in this op's place. */
    public Tensor[] vjp(Op op, Saved saved, Tensor[] cotangents, boolean[] operands) {
        return lanes == 0
                ? op.vjp(saved, cotangents, operands)
                : op.vjpLanes(lanes, saved, cotangents, operands);
    }

    /** The adjoint of a linear op to one operand; see {@link Linear#adjoint}. */
    public Tensor adjoint(Linear op, int operand, Tensor g, Tensor other) {
        Shape shape = operandShape(operand);
        return lanes == 0
                ? op.adjoint(kernels, operand, g, other, shape)
                : op.adjointLanes(kernels, operand, g, other, shape);
    }

    /** {@link #adjoint} times the value of that operand, or {@code factor} in its place; see {@link Linear#adjoint(Kernels, int, Tensor, Tensor, Tensor)}. */
    public Tensor share(Linear op, int operand, Tensor g, Tensor other, Tensor factor) {
        if (lanes == 0) {
            return op.adjoint(kernels, operand, g, other, factor);
        }
        return times(factor, op.adjointLanes(kernels, operand, g, other, factor.shape()));
    }

    /** {@code x back}, the latter of which is not read any more. */
    public Tensor times(Tensor x, Tensor back) {
        Tensor result = kernels.binary(BinaryFn.MUL, x, back);
        release(back);
        return result;
    }

    // ---- lanes ---------------------------------------------------------------------------------------------------

    /**
     * How many explanations this call serves: relevance is {@code [lanes, ...]} then, values are as ever. 0 where it serves
     * one, without such a dimension; always so for a rule that does not {@linkplain Rule#takesLanes take lanes}.
     */
    public int lanes() {
        return lanes;
    }

    /** Dimension {@code dim} of a value, as a dimension of its relevance. */
    public int axis(int dim) {
        return lanes == 0 ? dim : dim + 1;
    }

    /** The shape of relevance for values of a shape. */
    public Shape ofRelevance(Shape values) {
        return lanes == 0 ? values : Lanes.shape(lanes, values);
    }

    /**
     * Relevance summed over what broadcasting had stretched, for operand {@code i}.
     *
     * @param r relevance of the output's cells
     * @param aligned the shape, of the output's or a lower rank, under which the operand broadcasts against the output
     * @return relevance of the operand, in its own shape
     */
    public Tensor sumTo(Tensor r, Shape aligned, int i) {
        return sumTo(r, aligned).reshape(ofRelevance(operandShape(i)));
    }

    /** Numbers like relevance, summed over what broadcasting a value of shape {@code aligned} had stretched. */
    public Tensor sumTo(Tensor r, Shape aligned) {
        return lanes == 0 ? kernels.sumTo(r, aligned) : Lanes.sumTo(kernels, r, aligned);
    }

    /**
     * Gives back the memory of tensors that this rule has computed and will read no more; null is nothing. Relevance and
     * recorded values are held by the run, so that nothing happens to them.
     */
    public void release(Tensor... computed) {
        for (Tensor tensor : computed) {
            if (tensor != null) {
                kernels.release(tensor);
            }
        }
    }

    /**
     * A tensor that {@code compute} derives from operand {@code i} alone (its positive part, say): kept with the operand
     * under {@code key} if that is a weight, so that later explanations find it.
     */
    public Tensor derived(int i, Object key, Supplier<Tensor> compute) {
        Tensor operand = operand(i);
        return operand.derived(key, () -> {
            Tensor value = compute.get();
            return operand.storage().isDurable() ? value.durable() : value;
        });
    }

    /**
     * Books relevance that this rule knowingly sent to {@code sink}; the rest of any difference goes to
     * {@link Rule#remainder(Site)}.
     */
    public void book(Sink sink, double amount) {
        if (lanes > 0) {
            throw new IllegalStateException("book the relevance of " + node()
                    + " cell by cell: this rule takes lanes, and each has books of its own");
        }
        accounts.get(0).merge(sink, amount, Double::sum);
    }

    /** Books relevance cell by cell: its sum, in each lane. */
    public void book(Sink sink, Tensor cells) {
        book(sink, 1, cells);
    }

    /** Books {@code weight} times the sum of relevance, in each lane. */
    public void book(Sink sink, double weight, Tensor cells) {
        for (int k = 0; k < accounts.size(); k++) {
            double total = kernels.total(lanes == 0 ? cells : cells.select(0, k));
            accounts.get(k).merge(sink, weight * total, Double::sum);
        }
    }

    /** What was booked, per lane. */
    List<Map<Sink, Double>> accounts() {
        return accounts;
    }
}
