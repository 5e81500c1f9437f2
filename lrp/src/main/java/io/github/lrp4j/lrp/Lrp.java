package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Leaf;
import io.github.lrp4j.autograd.Node;
import io.github.lrp4j.autograd.ReverseSweep;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.lrp.promise.Promise;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Explains outputs of recorded graphs by layer-wise relevance propagation.
 *
 * <pre>{@code
 * Lrp lrp = Lrp.with(Presets.dynamicLrp());
 * Relevance r = lrp.explain(logits, Seed.top1());
 * r.of(pixels);   r.ledger();   r.plan().audit();
 * }</pre>
 *
 * <p>Plans are compiled once per structure of graph and kept, the most recently used ones. Thread-safe.
 */
public final class Lrp {
    private static final int PLANS = 32;

    private final RuleTable rules;
    private final Trace trace;
    private final boolean keepAll;
    private final Map<GraphSignature, RelevancePlan> plans;

    private Lrp(RuleTable rules, Trace trace, boolean keepAll, Map<GraphSignature, RelevancePlan> plans) {
        this.rules = rules;
        this.trace = trace;
        this.keepAll = keepAll;
        this.plans = plans;
    }

    /** Propagation by these rules. */
    public static Lrp with(RuleTable rules) {
        return new Lrp(rules, Trace.NONE, false, new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<GraphSignature, RelevancePlan> eldest) {
                return size() > PLANS;
            }
        });
    }

    /** The same, watched; shares the plans. */
    public Lrp watchedBy(Trace watcher) {
        return new Lrp(rules, watcher, keepAll, plans);
    }

    /** The same, keeping the relevance of every node instead of leaves and named intermediates; shares the plans. */
    public Lrp keepingAll() {
        return new Lrp(rules, trace, true, plans);
    }

    /** The rules. */
    public RuleTable rules() {
        return rules;
    }

    /** The plan for the graph behind an output: from the cache, or compiled. */
    public RelevancePlan plan(Value output) {
        return plan(Graph.of(output));
    }

    private RelevancePlan plan(Graph graph) {
        GraphSignature signature = GraphSignature.of(graph);
        synchronized (plans) {
            RelevancePlan known = plans.get(signature);
            if (known != null) {
                return known;
            }
        }
        RelevancePlan plan = RelevancePlan.compile(graph, rules);
        synchronized (plans) {
            RelevancePlan raced = plans.putIfAbsent(signature, plan);
            return raced != null ? raced : plan;
        }
    }

    /**
     * Propagates relevance from an output to every leaf.
     *
     * @param output what to explain
     * @param seed where relevance starts
     * @param intermediates values besides the leaves whose relevance will be asked for
     * @throws MissingRuleException if a node has no rule
     */
    public Relevance explain(Value output, Seed seed, Value... intermediates) {
        Graph graph = Graph.of(output);
        RelevancePlan plan = plan(graph);
        Tensor start = seed.start(output.tensor());
        boolean[] asked = new boolean[graph.size()];
        Arrays.fill(asked, keepAll);
        for (Value value : intermediates) {
            int index = graph.indexOf(value.node());
            if (index < 0) {
                throw new IllegalArgumentException(
                        "relevance: the explained output does not depend on " + value.node());
            }
            asked[index] = true;
        }
        return run(graph, plan, start, asked);
    }

    private Relevance run(Graph graph, RelevancePlan plan, Tensor start, boolean[] asked) {
        Kernels kernels = graph.outputs().get(0).tape().kernels();
        ConservationLedger ledger = new ConservationLedger(kernels.total(start));
        Recovery values = new Recovery(plan, graph, trace);
        Tensor[][] kept = new Tensor[graph.size()][];
        ReverseSweep.run(graph, new Tensor[] {start}, (index, arrived) -> {
            values.release(index);
            Node node = graph.node(index);
            if (asked[index] || node.op() instanceof Leaf) {
                kept[index] = arrived;
            }
            double in = 0;
            for (Tensor relevance : arrived) {
                in += relevance == null ? 0 : kernels.total(relevance);
            }
            if (node.op() instanceof Leaf) {
                ledger.end(graph, index, in);
                return new Tensor[0];
            }
            Optional<Promise> promise = plan.promiseAt(index);
            promise.ifPresent(p -> keep(p, values));
            Rule rule = plan.rule(index);
            RuleCall call =
                    new RuleCall(new Site(graph, index), arrived, values, plan.absorbedBias(graph, values, index));
            Tensor[] passed = rule.propagate(call);
            double[] out = new double[passed.length];
            for (int i = 0; i < passed.length; i++) {
                out[i] = passed[i] == null ? 0 : kernels.total(passed[i]);
            }
            ledger.post(index, node, rule, in, out, call.accounts());
            trace.propagated(index);
            promise.ifPresent(trace::complete);
            return passed;
        });
        return new Relevance(graph, plan, ledger, start, kept, asked);
    }

    /** Makes a Promise ready: recovers every operand that its origin is missing. */
    private void keep(Promise promise, Recovery values) {
        if (promise.kind() == Promise.Kind.ORIGIN) {
            promise.branches().forEach(branch -> values.operand(promise.origin(), branch.operand()));
        }
        trace.ready(promise);
    }
}
