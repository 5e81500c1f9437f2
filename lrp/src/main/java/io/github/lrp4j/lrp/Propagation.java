package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.GraphException;
import io.github.lrp4j.autograd.Leaf;
import io.github.lrp4j.autograd.Node;
import io.github.lrp4j.autograd.RecordedValues;
import io.github.lrp4j.autograd.ReverseSweep;
import io.github.lrp4j.lrp.promise.Promise;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
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

    private Propagation(Graph graph, RelevancePlan plan, Targets targets, RunOptions options) {
        this.graph = graph;
        this.plan = plan;
        this.targets = targets;
        this.trace = options.trace();
        kernels = graph.outputs().get(0).tape().kernels();
        values = new RecordedValues(graph, plan.lifetimes(), trace::recovered);
        check = options.nonFinite() ? Optional.empty() : Optional.of(new FiniteCheck(graph, values));
        ledger = new ConservationLedger(graph.size());
        kept = new Tensor[graph.size()][];
    }

    /** Runs a plan from these start relevances, one per output of the graph. */
    static Relevance run(Graph graph, RelevancePlan plan, Tensor[] starts, Targets targets, RunOptions options) {
        Kernels kernels = graph.outputs().get(0).tape().kernels();
        Propagation run = new Propagation(graph, plan, targets, options);
        for (int s = 0; s < starts.length; s++) {
            Node root = graph.outputs().get(s).node();
            double seed = kernels.total(starts[s]);
            if (run.check.isPresent() && !Double.isFinite(seed)) {
                run.check.get().seed(root, starts[s]);
            }
            run.ledger.start(graph.indexOf(root), seed);
        }
        ReverseSweep.run(kernels, graph, starts, run);
        return new Relevance(graph, plan, targets, run.ledger, List.of(starts), run.kept);
    }

    @Override
    public Tensor[] at(int index, Tensor[] arrived) {
        values.release(index);
        Node node = graph.node(index);
        if (targets.keeps(graph, index)) {
            kept[index] = arrived;
        }
        // What one consumer alone has passed is in its books already.
        double sole = ledger.soleArrival(index);
        double in = Double.isNaN(sole) ? total(arrived) : sole;
        if (check.isPresent() && !Double.isFinite(in)) {
            check.get().arrived(index, arrived);
        }
        Site site = new Site(graph, index);
        if (!plan.reach().onward().get(index)) {
            return endAtTarget(site, arrived, in);
        }
        if (node.op() instanceof Leaf) {
            ledger.end(site, in);
            return NOWHERE;
        }
        Optional<Promise> promise = plan.promiseAt(index);
        promise.ifPresent(this::makeReady);
        Rule rule = plan.rule(index);
        RuleCall call = new RuleCall(kernels, site, arrived, values,
                plan.absorbedBias(graph, values, index), wanted(index));
        Tensor[] passed = apply(rule, call);
        Sink remainder = plan.reach().cut().get(index) ? Sink.PRUNED : rule.remainder(site);
        ledger.post(site, rule, remainder, in, producers(index, passed), totals(site, arrived, in, passed), call.accounts());
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
    private Tensor[] endAtTarget(Site site, Tensor[] arrived, double in) {
        int index = site.index();
        double asked = 0;
        for (int o = 0; o < arrived.length; o++) {
            asked += arrived[o] != null && targets.names(index, o) ? kernels.total(arrived[o]) : 0;
        }
        if (site.op() instanceof Leaf && targets.names(index, 0)) {
            ledger.end(site, in);
        } else {
            if (targets.asked().containsKey(index)) {
                ledger.endAtTarget(site, asked, in);
            }
            if (in != asked) {
                ledger.post(site, plan.rule(index), Sink.PRUNED, in - asked, new int[0], new double[0], Map.of());
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
    private double[] totals(Site site, Tensor[] arrived, double in, Tensor[] passed) {
        int index = site.index();
        Node node = site.node();
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
}
