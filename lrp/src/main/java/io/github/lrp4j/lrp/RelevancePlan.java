package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Additive;
import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Keeps;
import io.github.lrp4j.autograd.Leaf;
import io.github.lrp4j.autograd.Linear;
import io.github.lrp4j.autograd.Node;
import io.github.lrp4j.autograd.RecordedValues;
import io.github.lrp4j.autograd.ValueLifetimes;
import io.github.lrp4j.lrp.promise.Promise;
import io.github.lrp4j.lrp.promise.PromiseBranch;
import io.github.lrp4j.lrp.promise.PromiseDiscovery;
import io.github.lrp4j.lrp.promise.PromiseStatistics;
import io.github.lrp4j.lrp.rule.AbsorbBias;
import io.github.lrp4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What one structure of graph and one rule table compile to: a rule per node, the Promises, and how long recovered
 * values live.
 *
 * <p>Holds no numbers, no shapes and no nodes, so it serves every later run on a graph of the same structure, of whatever
 * sizes, also several at a time.
 * Steps run in reverse topological order, each node at most once; nodes inside a branch are ordinary steps of it.
 */
public final class RelevancePlan {
    /**
     * What the plan does at one node, for people.
     *
     * @param index index of the node
     * @param node the op and where it is
     * @param rule the rule
     * @param reason the row of the table that chose it, or {@code default}
     * @param role what the node is for Promises: {@code origin}, {@code internal}, {@code pre-promise}, ..., or
     *     {@code pruned} where relevance goes no further because no target lies below, or empty
     */
    public record Step(int index, String node, String rule, String reason, String role) {
    }

    private final List<RuleTable.Choice> choices;
    private final List<Needs> needs;
    private final Reach reach;
    private final List<Promise> promises;
    private final List<Optional<Promise>> promiseAt;
    private final ValueLifetimes lifetimes;
    private final int[] biasAddition;
    private final PromiseStatistics statistics;
    private final List<Step> steps;

    private RelevancePlan(Graph graph, Decisions decisions) {
        choices = decisions.choices();
        needs = decisions.needs();
        reach = decisions.reach();
        int n = graph.size();
        promises = PromiseDiscovery.of(graph, needs::get);
        promiseAt = new ArrayList<>(Collections.nCopies(n, Optional.empty()));
        promises.forEach(promise -> promiseAt.set(promise.origin(), Optional.of(promise)));
        lifetimes = ValueLifetimes.of(graph, i -> new Keeps(needs.get(i).operands(), needs.get(i).output()));
        biasAddition = IntStream.range(0, n).map(i -> absorbingAddition(graph, i)).toArray();
        statistics = PromiseStatistics.of(n, promises);
        steps = describe(graph);
    }

    /** Compiles the plan of a graph for which this was decided. Reads nothing of the graph that {@link PlanKey} leaves out. */
    static RelevancePlan compile(Graph graph, Decisions decisions) {
        return new RelevancePlan(graph, decisions);
    }

    /** Index of the bias addition that leaves its bias to the linear op at {@code i}, or -1. */
    private int absorbingAddition(Graph graph, int i) {
        if (!(graph.node(i).op() instanceof Linear) || graph.useCount(i) != 1) {
            return -1;
        }
        Graph.Use use = graph.uses(i).get(0);
        boolean absorbs = use.operand() == 0 && rule(use.consumer()) instanceof AbsorbBias
                && graph.node(use.consumer()).op() instanceof Additive
                && graph.node(use.consumer()).operands().size() == 2;
        return absorbs ? use.consumer() : -1;
    }

    private List<Step> describe(Graph graph) {
        String[] roles = new String[graph.size()];
        Arrays.fill(roles, "");
        for (Promise promise : promises) {
            roles[promise.origin()] = promise.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
            for (PromiseBranch branch : promise.branches()) {
                branch.internal().forEach(index -> roles[index] = "internal");
                if (branch.end() == PromiseBranch.End.ARG_NODE && roles[branch.arg()].isEmpty()) {
                    roles[branch.arg()] = "arg node";
                }
            }
        }
        return IntStream.range(0, graph.size()).mapToObj(i -> {
            Node node = graph.node(i);
            boolean leaf = node.op() instanceof Leaf;
            String place = node.scope().isEmpty() ? node.op().name() : node.op().name() + " at " + node.scope();
            return new Step(i, leaf ? node.op().name() : place, leaf ? "leaf" : rule(i).describe(),
                    leaf ? "" : choices.get(i).reason(), reach.onward().get(i) || leaf ? roles[i] : "pruned");
        }).toList();
    }

    /** The rule of the node at {@code index}. */
    public Rule rule(int index) {
        return choices.get(index).rule();
    }

    /** What the rule of the node at {@code index} reads. */
    Needs needs(int index) {
        return needs.get(index);
    }

    /** Where the sweep goes. */
    Reach reach() {
        return reach;
    }

    /** The Promises, origins in reverse topological order. */
    public List<Promise> promises() {
        return promises;
    }

    /** The Promise whose origin is the node at {@code index}. */
    public Optional<Promise> promiseAt(int index) {
        return promiseAt.get(index);
    }

    /** Counts in the paper's terms. */
    public PromiseStatistics statistics() {
        return statistics;
    }

    /** Which rule hits which node and why, in forward order. */
    public List<Step> audit() {
        return steps;
    }

    /** How long recovered values live. */
    ValueLifetimes lifetimes() {
        return lifetimes;
    }

    /** The bias that the linear op at {@code index} counts in its denominator, shaped to broadcast against its output. */
    Optional<Tensor> absorbedBias(Graph graph, RecordedValues values, int index) {
        int addition = biasAddition[index];
        if (addition < 0) {
            return Optional.empty();
        }
        Node node = graph.node(addition);
        Tensor bias = values.operand(addition, 1);
        return Optional.of(bias.reshape(((Additive) node.op()).broadcastShape(1, bias.shape(), node.outputShape(0))));
    }
}
