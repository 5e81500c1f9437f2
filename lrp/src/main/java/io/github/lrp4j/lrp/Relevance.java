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

    Relevance(Graph graph, RelevancePlan plan, ConservationLedger ledger, Tensor seed, Tensor[][] kept, boolean[] asked) {
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
        int index = graph.indexOf(value.node());
        if (index < 0) {
            throw new IllegalArgumentException("relevance: the explained output does not depend on " + value.node());
        }
        if (!asked[index] && !(value.node().op() instanceof Leaf)) {
            throw new IllegalArgumentException(
                    "relevance: " + value.node() + " is an intermediate value; name it when calling explain(output, seed, values...)");
        }
        Tensor[] arrived = kept[index];
        Tensor relevance = arrived == null ? null : arrived[value.output()];
        return relevance != null ? relevance : Tensor.zeros(value.tensor().dtype(), value.tensor().shape());
    }

    /** Relevance of a leaf of the graph, found by its node. */
    public Tensor ofLeaf(Node leaf) {
        if (!(leaf.op() instanceof Leaf)) {
            throw new IllegalArgumentException("relevance: " + leaf + " is no leaf");
        }
        int index = graph.indexOf(leaf);
        Tensor relevance = index < 0 || kept[index] == null ? null : kept[index][0];
        return relevance != null ? relevance : Tensor.zeros(leaf.dtype(0), leaf.outputShape(0));
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
