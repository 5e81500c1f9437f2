package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Leaf;
import io.github.lrp4j.autograd.Node;
import io.github.lrp4j.autograd.ReverseSweep;
import io.github.lrp4j.lrp.promise.Promise;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.Arrays;
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
    /** Per node, the sum of what arrived where one consumer alone passed it: that consumer's books have it already. */
    private final double[] soleArrival;

    private Propagation(Graph graph, RelevancePlan plan, Tensor start, Trace trace, boolean[] asked) {
        this.graph = graph;
        this.plan = plan;
        this.trace = trace;
        this.asked = asked;
        kernels = graph.outputs().get(0).tape().kernels();
        values = new Recovery(plan, graph, trace);
        ledger = new ConservationLedger(kernels.total(start));
        kept = new Tensor[graph.size()][];
        soleArrival = new double[graph.size()];
        Arrays.fill(soleArrival, Double.NaN);
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
        double in = Double.isNaN(soleArrival[index]) ? total(arrived) : soleArrival[index];
        if (leaf) {
            ledger.end(graph, index, in);
            return NOWHERE;
        }
        Optional<Promise> promise = plan.promiseAt(index);
        promise.ifPresent(this::makeReady);
        Rule rule = plan.rule(index);
        RuleCall call = new RuleCall(new Site(graph, index), arrived, plan.valuesAt(graph, values, index));
        Tensor[] passed = rule.propagate(call);
        ledger.post(index, node, rule, in, totals(node, passed), call.accounts());
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

    private double[] totals(Node node, Tensor[] passed) {
        double[] out = new double[passed.length];
        for (int i = 0; i < passed.length; i++) {
            if (passed[i] != null) {
                out[i] = kernels.total(passed[i]);
                int producer = graph.indexOf(node.operands().get(i).node());
                if (graph.uses(producer).size() == 1) {
                    soleArrival[producer] = out[i];
                }
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
