package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

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
        Tensor start = seed.start(output);
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
        return Propagation.run(graph, plan, start, trace, asked);
    }
}
