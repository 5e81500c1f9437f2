package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Keeps;
import io.github.lrp4j.autograd.Leaf;
import io.github.lrp4j.autograd.Node;
import io.github.lrp4j.autograd.RecordedValues;
import io.github.lrp4j.autograd.ValueLifetimes;
import io.github.lrp4j.lrp.promise.Promise;
import io.github.lrp4j.lrp.promise.PromiseBranch;
import io.github.lrp4j.lrp.promise.PromiseDiscovery;
import io.github.lrp4j.lrp.promise.PromiseStatistics;
import io.github.lrp4j.tensor.kernels.Kernels;
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
     * @param reason the rows of the table that led to it, outermost first, or {@code default}; and what merging made of it
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
    private final Merging merging;
    private final PromiseStatistics statistics;
    private final List<Step> steps;
    private final List<RuleTable.UnusedRow> unusedRows;

    private RelevancePlan(Graph graph, Decisions decisions) {
        choices = decisions.choices();
        needs = decisions.needs();
        reach = decisions.reach();
        merging = decisions.merging();
        unusedRows = decisions.unused();
        int n = graph.size();
        promises = PromiseDiscovery.of(graph, needs::get);
        promiseAt = new ArrayList<>(Collections.nCopies(n, Optional.empty()));
        promises.forEach(promise -> promiseAt.set(promise.origin(), Optional.of(promise)));
        lifetimes = ValueLifetimes.of(graph, i -> new Keeps(needs.get(i).operands(), needs.get(i).output()),
                i -> merging.alsoReads(graph, i));
        statistics = PromiseStatistics.of(n, promises);
        steps = describe(graph);
    }

    /** Compiles the plan of a graph for which this was decided. Reads nothing of the graph that {@link PlanKey} leaves out. */
    static RelevancePlan compile(Graph graph, Decisions decisions) {
        return new RelevancePlan(graph, decisions);
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

    /**
     * Rows of the table that decided about no node of this graph: a misspelt scope, a row behind one that selects the same.
     * Presets have rows for ops that a network need not use, so an unused row is no error by itself.
     */
    public List<RuleTable.UnusedRow> unusedRows() {
        return unusedRows;
    }

    /** What the linear op at {@code index} takes in of its neighbours. */
    Optional<Merging.Group> mergedAt(int index) {
        return merging.at(index);
    }

    /** How long recovered values live. */
    ValueLifetimes lifetimes() {
        return lifetimes;
    }

    /** What the rule at {@code index} sees: the recorded values, or those of the layer that others were merged into. */
    SiteValues valuesAt(Graph graph, Kernels kernels, RecordedValues values, int index) {
        return merging.at(index).<SiteValues>map(group -> {
            MergedLayer layer = new MergedLayer(graph, kernels, values, group);
            return group.linear() == index ? layer : layer.shared();
        }).orElseGet(() -> new SiteValues.Recorded(values, index));
    }
}
