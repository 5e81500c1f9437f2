package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Leaf;
import io.github.lrp4j.autograd.Node;
import io.github.lrp4j.autograd.record.Recording;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What one explanation leaves behind while its relevance passes: the ledger, what was asked for, and whether all is finite. */
final class Books {
    private final Graph graph;
    private final RelevancePlan plan;
    private final Targets targets;
    private final Kernels kernels;
    private final Optional<FiniteCheck> check;
    private final ConservationLedger ledger;
    private final Tensor[][] kept;
    private final List<Tensor> starts;

    /** Opens the books with the start relevance of each output of the graph. */
    Books(Graph graph, RelevancePlan plan, Targets targets, Kernels kernels, Optional<FiniteCheck> check,
            List<Tensor> starts) {
        this.graph = graph;
        this.plan = plan;
        this.targets = targets;
        this.kernels = kernels;
        this.check = check;
        this.starts = starts;
        ledger = new ConservationLedger(graph.size());
        kept = new Tensor[graph.size()][];
        for (int s = 0; s < starts.size(); s++) {
            Node root = graph.outputs().get(s).node();
            double seed = kernels.total(starts.get(s));
            if (check.isPresent() && !Double.isFinite(seed)) {
                check.get().seed(root, starts.get(s));
            }
            ledger.start(graph.indexOf(root), seed);
        }
    }

    /** Keeps what arrived at a node if anybody asked for it; returns its sum. */
    double arrive(int index, Tensor[] arrived) {
        if (targets.keeps(graph, index)) {
            kept[index] = arrived;
            Tensor.keepAll(arrived);
        }
        // What one consumer alone has passed is in its books already.
        double sole = ledger.soleArrival(index);
        double in = Double.isNaN(sole) ? total(arrived) : sole;
        if (check.isPresent() && !Double.isFinite(in)) {
            check.get().arrived(index, arrived);
        }
        return in;
    }

    /** What arrived at a leaf ends there. */
    void end(Site leaf, double in) {
        ledger.end(leaf, in);
    }

    /** A node from which nothing wanted can be reached: relevance of the outputs that were asked for ends, the rest is pruned. */
    void endAtTarget(Site site, Tensor[] arrived, double in) {
        int index = site.index();
        double asked = 0;
        for (int o = 0; o < arrived.length; o++) {
            asked += arrived[o] != null && targets.names(index, o) ? kernels.total(arrived[o]) : 0;
        }
        if (site.op() instanceof Leaf && targets.names(index, 0)) {
            ledger.end(site, in);
            return;
        }
        if (targets.asked().containsKey(index)) {
            ledger.endAtTarget(site, asked, in);
        }
        if (in != asked) {
            ledger.post(site, plan.rule(index), Sink.PRUNED, in - asked, new int[0], new double[0], Map.of());
        }
    }

    /**
     * What a rule passed on, and what it booked elsewhere.
     *
     * @param arrived per output what arrived, {@code in} in sum
     */
    void post(Site site, Rule rule, Tensor[] arrived, double in, Tensor[] passed, Map<Sink, Double> booked) {
        int index = site.index();
        Sink remainder = plan.reach().cut().get(index) ? Sink.PRUNED : rule.remainder(site);
        ledger.post(site, rule, remainder, in, producers(index, passed), totals(index, arrived, in, passed),
                booked);
    }

    /** Who gets what was passed to each operand; -1 for nobody. */
    private int[] producers(int index, Tensor[] passed) {
        int[] producers = new int[passed.length];
        for (int i = 0; i < passed.length; i++) {
            boolean sent = passed[i] != null && i < graph.node(index).operands().size();
            producers[i] = sent ? graph.producer(index, i) : -1;
        }
        return producers;
    }

    /** What was passed to each operand; 0 for nothing. A tensor too many is the sweep's to refuse. */
    private double[] totals(int index, Tensor[] arrived, double in, Tensor[] passed) {
        Node node = graph.node(index);
        double[] out = new double[passed.length];
        for (int i = 0; i < Math.min(passed.length, node.operands().size()); i++) {
            if (passed[i] == null) {
                continue;
            }
            // Activations hand on the very tensor that arrived, whose sum is known.
            out[i] = arrived.length == 1 && passed[i] == arrived[0] ? in : kernels.total(passed[i]);
            if (check.isPresent() && !Double.isFinite(out[i])) {
                check.get().passed(index, plan.rule(index), plan.needs(index), i, passed[i]);
            }
        }
        return out;
    }

    private double total(Tensor[] arrived) {
        double total = 0;
        for (Tensor relevance : arrived) {
            total += relevance == null ? 0 : kernels.total(relevance);
        }
        return total;
    }

    /**
     * The explanation, when the sweep is over.
     *
     * @param recording of the run, null if it was not recorded
     */
    Relevance close(Recording recording) {
        if (recording == null) {
            return new Relevance(graph, plan, targets, ledger, starts, kept, Optional.empty());
        }
        RelevanceValues values = RelevanceValues.of(recording, kept);
        List<Tensor> numbers = starts.stream().map(start -> recording.valueOf(start).tensor()).toList();
        return new Relevance(graph, plan, targets, ledger, numbers, kept, Optional.of(values));
    }
}
