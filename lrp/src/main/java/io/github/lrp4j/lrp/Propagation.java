package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Leaf;
import io.github.lrp4j.autograd.Node;
import io.github.lrp4j.autograd.ReverseSweep;
import io.github.lrp4j.lrp.promise.Promise;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.Map;
import java.util.Optional;

/** One run of a plan: the step that the reverse sweep takes at every node, and what it leaves behind. */
final class Propagation implements ReverseSweep.Step {
    private static final Tensor[] NOWHERE = {};

    private final Graph graph;
    private final RelevancePlan plan;
    private final Trace trace;
    private final boolean[] asked;
    private final Kernels kernels;
    private final Recovery values;
    private final ConservationLedger ledger;
    private final Tensor[][] kept;

    private Propagation(Graph graph, RelevancePlan plan, Tensor start, Trace trace, boolean[] asked) {
        this.graph = graph;
        this.plan = plan;
        this.trace = trace;
        this.asked = asked;
        kernels = graph.outputs().get(0).tape().kernels();
        values = new Recovery(plan, graph, trace);
        ledger = new ConservationLedger(graph.size());
        ledger.start(graph.indexOf(graph.outputs().get(0).node()), kernels.total(start));
        kept = new Tensor[graph.size()][];
    }

    /** @param asked per node, whether its relevance is to be kept although it is no leaf */
    static Relevance run(Graph graph, RelevancePlan plan, Tensor start, Trace trace, boolean[] asked) {
        Propagation run = new Propagation(graph, plan, start, trace, asked);
        ReverseSweep.run(graph, new Tensor[] {start}, run);
        return new Relevance(graph, plan, run.ledger, start, run.kept, asked);
    }

    @Override
    public Tensor[] at(int index, Tensor[] arrived) {
        values.release(index);
        Node node = graph.node(index);
        boolean leaf = node.op() instanceof Leaf;
        if (leaf || asked[index]) {
            kept[index] = arrived;
        }
        // What one consumer alone has passed is in its books already.
        double sole = ledger.soleArrival(index);
        double in = Double.isNaN(sole) ? total(arrived) : sole;
        Site site = new Site(graph, index);
        if (leaf) {
            ledger.end(site, in);
            return NOWHERE;
        }
        Optional<Promise> promise = plan.promiseAt(index);
        promise.ifPresent(this::makeReady);
        Rule rule = plan.rule(index);
        RuleCall call =
                new RuleCall(site, arrived, values, plan.absorbedBias(graph, values, index));
        Tensor[] passed = rule.propagate(call);
        post(site, rule, in, passed, call.accounts());
        trace.propagated(index);
        promise.ifPresent(trace::complete);
        return passed;
    }

    /** Recovers every operand that the Promise's origin is missing. */
    private void makeReady(Promise promise) {
        if (promise.kind() == Promise.Kind.ORIGIN) {
            promise.branches().forEach(branch -> values.operand(promise.origin(), branch.operand()));
        }
        trace.ready(promise);
    }

    private void post(Site site, Rule rule, double in, Tensor[] passed, Map<Sink, Double> booked) {
        int[] producers = new int[passed.length];
        double[] out = new double[passed.length];
        for (int i = 0; i < passed.length; i++) {
            producers[i] = passed[i] == null ? -1 : graph.indexOf(site.node().operands().get(i).node());
            out[i] = passed[i] == null ? 0 : kernels.total(passed[i]);
        }
        ledger.post(site, rule, rule.remainder(site), in, producers, out, booked);
    }

    private double total(Tensor[] arrived) {
        double total = 0;
        for (Tensor relevance : arrived) {
            total += relevance == null ? 0 : kernels.total(relevance);
        }
        return total;
    }
}
