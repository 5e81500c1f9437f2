package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Node;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import java.util.List;
import java.util.Optional;

/** The result of one explanation: relevance per value, the ledger and the plan. */
public final class Relevance {
    private final Graph graph;
    private final RelevancePlan plan;
    private final ConservationLedger ledger;
    private final Targets targets;
    private final List<Tensor> seeds;
    private final Tensor[][] kept;
    private final Optional<RelevanceValues> values;

    Relevance(Graph graph, RelevancePlan plan, Targets targets, ConservationLedger ledger, List<Tensor> seeds,
            Tensor[][] kept, Optional<RelevanceValues> values) {
        this.graph = graph;
        this.plan = plan;
        this.targets = targets;
        this.ledger = ledger;
        this.seeds = seeds;
        this.kept = kept;
        this.values = values;
    }

    /**
     * Relevance of a leaf, or of an intermediate value that was asked for, in its shape: all uses added up, zeros where
     * nothing arrived.
     *
     * @throws UnrelatedTargetException if no explained output depends on the value
     * @throws IllegalArgumentException if nobody asked for it
     */
    public Tensor of(Value value) {
        return of(value.node(), value.output());
    }

    /** Relevance of output {@code o} of a node; as {@link #of(Value)}. */
    public Tensor of(Node node, int o) {
        int index = require(node, o);
        Tensor relevance = kept[index] == null ? null : kept[index][o];
        return relevance != null ? relevance : Tensor.zeros(node.dtype(o), node.outputShape(o));
    }

    /**
     * The same as a value of the tape, to compute a loss with; only of a {@linkplain Lrp#recordGraph() recorded} run.
     *
     * @throws IllegalStateException if the run was not recorded
     */
    public Value value(Value value) {
        RelevanceValues recorded =
                values.orElseThrow(() -> new IllegalStateException("relevance: the run that explained "
                        + graph.outputs().get(0).node() + " was not recorded; use Lrp.with(rules).recordGraph()"));
        int index = require(value.node(), value.output());
        Value relevance = recorded.of(index, value.output());
        return relevance != null ? relevance : value.tape().constant(of(value));
    }

    /** Index of a node whose relevance is known. */
    private int require(Node node, int o) {
        int index = graph.indexOf(node);
        if (index < 0) {
            throw new UnrelatedTargetException(node);
        }
        if (!isKnown(index, o)) {
            throw new IllegalArgumentException("relevance: " + node + (targets.only()
                    ? " is none of the only targets; name it in only(values...)"
                    : " is an intermediate value; name it when calling explain(output, seed, values...)"));
        }
        return index;
    }

    /** Whether all relevance of an output was computed and kept: a run for some targets leaves out what leads to none. */
    private boolean isKnown(int index, int o) {
        return targets.keeps(graph, index)
                && (!targets.only() || targets.names(index, o) || plan.reach().onward().get(index));
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

    /** The start relevance, of the first root if there are several. */
    public Tensor seed() {
        return seeds.get(0);
    }

    /** The start relevance of every root, in order. */
    public List<Tensor> seeds() {
        return seeds;
    }
}
