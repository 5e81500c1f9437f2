package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Leaf;
import io.github.lrp4j.autograd.Node;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;

/** The result of one explanation: relevance per value, the ledger and the plan. */
public final class Relevance {
    private final Graph graph;
    private final RelevancePlan plan;
    private final ConservationLedger ledger;
    private final Tensor seed;
    private final Tensor[][] kept;
    private final boolean[] asked;

    Relevance(Graph graph, RelevancePlan plan, ConservationLedger ledger, Tensor seed, Tensor[][] kept,
            boolean[] asked) {
        this.graph = graph;
        this.plan = plan;
        this.ledger = ledger;
        this.seed = seed;
        this.kept = kept;
        this.asked = asked;
    }

    /**
     * Relevance of a leaf, or of an intermediate value that was asked for, in its shape: all uses added up, zeros where
     * nothing arrived.
     *
     * @throws IllegalArgumentException if the output does not depend on the value, or nobody asked for it
     */
    public Tensor of(Value value) {
        return of(value.node(), value.output());
    }

    /** Relevance of output {@code o} of a node; as {@link #of(Value)}. */
    public Tensor of(Node node, int o) {
        int index = graph.indexOf(node);
        if (index < 0) {
            throw new IllegalArgumentException("relevance: the explained output does not depend on " + node);
        }
        if (!asked[index] && !(node.op() instanceof Leaf)) {
            throw new IllegalArgumentException(
                    "relevance: " + node
                            + " is an intermediate value; name it when calling explain(output, seed, values...)");
        }
        Tensor relevance = kept[index] == null ? null : kept[index][o];
        return relevance != null ? relevance : Tensor.zeros(node.dtype(o), node.outputShape(o));
    }

    /** Relevance times the value: turns a gradient into input x gradient (Shrikumar et al. 2016). */
    public Tensor timesValue(Value value) {
        return value.tape().kernels().binary(BinaryFn.MUL, of(value), value.tensor());
    }

    /** Where all relevance went. */
    public ConservationLedger ledger() {
        return ledger;
    }

    /** Which rule hit what, and the Promises. */
    public RelevancePlan plan() {
        return plan;
    }

    /** The explained graph. */
    public Graph graph() {
        return graph;
    }

    /** The start relevance. */
    public Tensor seed() {
        return seed;
    }
}
