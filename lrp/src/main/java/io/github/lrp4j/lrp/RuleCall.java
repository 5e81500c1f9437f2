package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Node;
import io.github.lrp4j.autograd.Op;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One application of a rule to numbers: the relevance that arrived, the values that the rule {@linkplain Rule#needs
 * needs}, and the op itself to run again, forward or backward, on whatever operands the rule likes.
 */
public final class RuleCall {
    private final Site site;
    private final Tensor[] relevance;
    private final Recovery values;
    private final Optional<Tensor> bias;
    private final Map<Sink, Double> accounts = new EnumMap<>(Sink.class);

    RuleCall(Site site, Tensor[] relevance, Recovery values, Optional<Tensor> bias) {
        this.site = site;
        this.relevance = relevance;
        this.values = values;
        this.bias = bias;
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
        return node().tape().kernels();
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

    /** Whether operand {@code i} takes relevance. */
    public boolean receives(int i) {
        return site.receives(i);
    }

    /**
     * The bias that this linear op's denominator includes, shaped to broadcast against the output: there only if the op
     * is followed by a bias addition whose rule is {@link io.github.lrp4j.lrp.rule.AbsorbBias}.
     */
    public Optional<Tensor> bias() {
        return bias;
    }

    /** The op's adjoint at the recorded operands: per operand that receives, the cotangent for these cotangents of the outputs. */
    public Tensor[] vjp(Tensor... cotangents) {
        boolean[] wanted = new boolean[node().operands().size()];
        Tensor[] operands = new Tensor[wanted.length];
        Tensor[] outputs = new Tensor[node().outputCount()];
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] = receives(i);
        }
        var keeps = op().keeps(wanted);
        for (int i : keeps.operands()) {
            operands[i] = operand(i);
        }
        if (keeps.outputs()) {
            for (int o = 0; o < outputs.length; o++) {
                outputs[o] = values.output(site.index(), o);
            }
        }
        Tensor[] result = op().vjp(new Saved(kernels(), node().operandShapes(), operands, outputs, node().extras()),
                cotangents, wanted);
        for (int i = 0; i < wanted.length; i++) {
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
     *
     * @param cells the relevance, cell by cell; its sum is booked
     */
    public void book(Sink sink, Tensor cells) {
        accounts.merge(sink, kernels().total(cells), Double::sum);
    }

    Map<Sink, Double> accounts() {
        return accounts;
    }
}
