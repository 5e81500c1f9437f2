package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.GraphException;
import io.github.lrp4j.autograd.Leaf;
import io.github.lrp4j.autograd.Node;
import io.github.lrp4j.autograd.RecordedValues;
import io.github.lrp4j.autograd.ReverseSweep;
import io.github.lrp4j.autograd.Scope;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.autograd.record.Recording;
import io.github.lrp4j.lrp.promise.Promise;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One run of a plan: the step that the reverse sweep takes at every node, and what it leaves behind. */
final class Propagation implements ReverseSweep.Step {
    private static final Tensor[] NOWHERE = {};

    private final Graph graph;
    private final RelevancePlan plan;
    private final Trace trace;
    private final Targets targets;
    private final Kernels kernels;
    private final RecordedValues values;
    private final Optional<FiniteCheck> check;
    private final ConservationLedger ledger;
    private final Tensor[][] kept;
    /** Per node, the sum of what arrived where one consumer alone passed it: that consumer's books have it already. */
    private final double[] soleArrival;

    private Propagation(Graph graph, RelevancePlan plan, Targets targets, RunOptions options, Recording recording,
            double seed) {
        this.graph = graph;
        this.plan = plan;
        this.targets = targets;
        this.trace = options.trace();
        kernels = kernels(graph, recording);
        values = new RecordedValues(graph, plan.lifetimes(), trace::recovered, recording);
        check = options.nonFinite() ? Optional.empty() : Optional.of(new FiniteCheck(graph, values));
        ledger = new ConservationLedger(seed);
        kept = new Tensor[graph.size()][];
        soleArrival = new double[graph.size()];
        Arrays.fill(soleArrival, Double.NaN);
    }

    private static Kernels kernels(Graph graph, Recording recording) {
        return recording == null ? graph.outputs().get(0).tape().kernels() : recording.kernels();
    }

    /** Runs a plan from these roots, the outputs of the graph. */
    static Relevance run(Graph graph, RelevancePlan plan, List<Start> roots, Targets targets, RunOptions options) {
        Tape tape = graph.outputs().get(0).tape();
        if (!options.recorded()) {
            return run(graph, plan, roots, targets, options, null);
        }
        try (Scope _ = tape.scope("relevance")) {
            return run(graph, plan, roots, targets, options, new Recording(tape));
        }
    }

    private static Relevance run(Graph graph, RelevancePlan plan, List<Start> roots, Targets targets,
            RunOptions options, Recording recording) {
        Kernels kernels = kernels(graph, recording);
        Tensor[] starts = new Tensor[roots.size()];
        double seed = 0;
        for (int s = 0; s < starts.length; s++) {
            Value output = roots.get(s).output();
            starts[s] = roots.get(s).seed().start(kernels,
                    recording == null ? output.tensor() : recording.traced(output));
            seed += kernels.total(starts[s]);
        }
        Propagation run = new Propagation(graph, plan, targets, options, recording, seed);
        for (int s = 0; s < starts.length && run.check.isPresent() && !Double.isFinite(seed); s++) {
            run.check.get().seed(graph.outputs().get(s).node(), starts[s]);
        }
        ReverseSweep.run(kernels, graph, starts, run);
        Optional<RelevanceValues> values = Optional.empty();
        if (recording != null) {
            values = Optional.of(RelevanceValues.of(recording, run.kept));
            Arrays.setAll(starts, s -> recording.valueOf(starts[s]).tensor());
        }
        return new Relevance(graph, plan, targets, run.ledger, List.of(starts), run.kept, values);
    }

    @Override
    public Tensor[] at(int index, Tensor[] arrived) {
        values.release(index);
        Node node = graph.node(index);
        if (targets.keeps(graph, index)) {
            kept[index] = arrived;
        }
        double in = Double.isNaN(soleArrival[index]) ? total(arrived) : soleArrival[index];
        if (check.isPresent() && !Double.isFinite(in)) {
            check.get().arrived(index, arrived);
        }
        if (!plan.reach().onward().get(index)) {
            return endAtTarget(index, arrived, in);
        }
        if (node.op() instanceof Leaf) {
            ledger.end(graph, index, in);
            return NOWHERE;
        }
        Optional<Promise> promise = plan.promiseAt(index);
        promise.ifPresent(this::makeReady);
        Rule rule = plan.rule(index);
        RuleCall call = new RuleCall(kernels, new Site(graph, index), arrived, values,
                plan.absorbedBias(graph, values, index), wanted(index));
        Tensor[] passed = apply(rule, call);
        Sink remainder = plan.reach().cut().get(index) ? Sink.PRUNED : rule.remainder();
        ledger.post(index, node, remainder, in, totals(index, passed), call.accounts());
        trace.propagated(index);
        promise.ifPresent(trace::complete);
        return passed;
    }

    private boolean[] wanted(int index) {
        boolean[] wanted = new boolean[graph.node(index).operands().size()];
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] = plan.reach().wants(graph, index, i);
        }
        return wanted;
    }

    /** What the rule passes on to wanted operands. */
    private static Tensor[] apply(Rule rule, RuleCall call) {
        Tensor[] passed;
        try {
            passed = rule.propagate(call).clone();
        } catch (GraphException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new RuleFailedException(call.site(), rule, e);
        }
        for (int i = 0; i < Math.min(passed.length, call.node().operands().size()); i++) {
            if (!call.wants(i)) {
                passed[i] = null;
            }
        }
        return passed;
    }

    /** A node from which nothing wanted can be reached: relevance of the outputs that were asked for ends, the rest is pruned. */
    private Tensor[] endAtTarget(int index, Tensor[] arrived, double in) {
        double asked = 0;
        for (int o = 0; o < arrived.length; o++) {
            asked += arrived[o] != null && targets.names(index, o) ? kernels.total(arrived[o]) : 0;
        }
        Node node = graph.node(index);
        if (node.op() instanceof Leaf && targets.names(index, 0)) {
            ledger.end(graph, index, in);
        } else {
            if (targets.asked().containsKey(index)) {
                ledger.endAtTarget(node, asked);
            }
            if (in != asked) {
                ledger.post(index, node, Sink.PRUNED, in - asked, new double[0], Map.of());
            }
        }
        return NOWHERE;
    }

    /** Recovers every operand that the Promise's origin is missing. */
    private void makeReady(Promise promise) {
        if (promise.kind() == Promise.Kind.ORIGIN) {
            promise.branches().forEach(branch -> values.operand(promise.origin(), branch.operand()));
        }
        trace.ready(promise);
    }

    /** What was passed to each operand; 0 for nothing. A tensor too many is the sweep's to refuse. */
    private double[] totals(int index, Tensor[] passed) {
        Node node = graph.node(index);
        double[] out = new double[passed.length];
        for (int i = 0; i < Math.min(passed.length, node.operands().size()); i++) {
            if (passed[i] == null) {
                continue;
            }
            out[i] = kernels.total(passed[i]);
            if (check.isPresent() && !Double.isFinite(out[i])) {
                check.get().passed(index, plan.rule(index), plan.needs(index), i, passed[i]);
            }
            int producer = graph.producer(index, i);
            if (graph.useCount(producer) == 1 && !graph.isRoot(producer)) {
                soleArrival[producer] = out[i];
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
}
