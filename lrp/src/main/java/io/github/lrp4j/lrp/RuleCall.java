package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Node;
import io.github.lrp4j.autograd.Op;
import io.github.lrp4j.autograd.RecordedValues;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One application of a rule to numbers: the relevance that arrived, the values that the rule {@linkplain Rule#needs
 * needs}, and the op itself to run again, forward or backward, on whatever operands the rule likes.
 */
public final class RuleCall {
    private final Kernels kernels;
    private final Site site;
    private final Tensor[] relevance;
    private final RecordedValues values;
    private final Optional<Tensor> bias;
    private final boolean[] wanted;
    private final Map<Sink, Double> accounts = new EnumMap<>(Sink.class);

    RuleCall(Kernels kernels, Site site, Tensor[] relevance, RecordedValues values, Optional<Tensor> bias,
            boolean[] wanted) {
        this.kernels = kernels;
        this.site = site;
        this.relevance = relevance;
        this.values = values;
        this.bias = bias;
        this.wanted = wanted;
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

    /** Value of operand {@code i}: kept, or recovered through a Promise. */
    public Tensor operand(int i) {
        return values.operand(site.index(), i);
    }

    /** Shape of operand {@code i}. */
    public Shape operandShape(int i) {
        return node().operands().get(i).shape();
    }

    /** Value of the first output: kept, or computed again from the operands. */
    public Tensor output() {
        return values.output(site.index(), 0);
    }

    /** Indices, masks and statistics of the recorded application: kept, or computed again. */
    public List<Tensor> extras() {
        return values.extras(site.index());
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
     * is followed by a bias addition whose rule is {@link io.github.lrp4j.lrp.rule.AbsorbBias}.
     */
    public Optional<Tensor> bias() {
        return bias;
    }

    /** The op's adjoint at the recorded operands: per operand that is wanted, the cotangent for these cotangents of the outputs. */
    public Tensor[] vjp(Tensor... cotangents) {
        Tensor[] result = op().vjp(values.saved(site.index(), op().keeps(wanted)), cotangents, wanted.clone());
        for (int i = 0; i < result.length; i++) {
            if (!wanted[i]) {
                result[i] = null;
            }
        }
        return result;
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
        accounts.merge(sink, amount, Double::sum);
    }

    /** Books relevance cell by cell: its sum. */
    public void book(Sink sink, Tensor cells) {
        book(sink, kernels().total(cells));
    }

    Map<Sink, Double> accounts() {
        return accounts;
    }
}
