package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Graph;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Where a sweep goes: which nodes relevance can arrive at, and, if only some targets are wanted, which operands lead to
 * one. Structure only.
 *
 * <p>Who shares relevance is decided by {@link Site#receives} and the rules, whatever is wanted; what is not wanted is left
 * uncomputed, and the ledger shows its sum under {@link Sink#PRUNED}.
 *
 * @param asked the targets if nothing else is wanted; null if everything is
 * @param onward nodes that relevance passes on its way: those with an operand that leads to a target
 * @param visited nodes at which relevance can arrive
 * @param cut nodes of which an operand is left out that would take relevance
 */
record Reach(Map<Integer, BitSet> asked, BitSet onward, BitSet visited, BitSet cut) {
    static Reach of(Graph graph, List<RuleTable.Choice> choices, Targets targets) {
        int n = graph.size();
        Reach reach = new Reach(targets.only() ? Collections.unmodifiableMap(targets.asked()) : null, new BitSet(n),
                new BitSet(n), new BitSet(n));
        if (targets.only()) {
            for (int i = 0; i < n; i++) {
                reach.onward.set(i, reach.anyWanted(graph, i, choices.get(i).rule()));
            }
        } else {
            reach.onward.set(0, n);
        }
        reach.onward.andNot(targets.ends());
        for (int i = n - 1; i >= 0; i--) {
            if (graph.isRoot(i) || reach.visited.get(i)) {
                reach.visited.set(i);
                reach.visitOperands(graph, i, choices.get(i).rule());
            }
        }
        return reach;
    }

    private boolean anyWanted(Graph graph, int index, Rule rule) {
        Site site = new Site(graph, index);
        for (int i = 0; i < site.node().operands().size(); i++) {
            if (wants(graph, index, i) && gives(rule, site, i)) {
                return true;
            }
        }
        return false;
    }

    private void visitOperands(Graph graph, int index, Rule rule) {
        if (!onward.get(index)) {
            return;
        }
        Site site = new Site(graph, index);
        for (int i = 0; i < site.node().operands().size(); i++) {
            if (site.receives(i) && gives(rule, site, i)) {
                if (wants(graph, index, i)) {
                    visited.set(graph.producer(index, i));
                } else {
                    cut.set(index);
                }
            }
        }
    }

    /** A rule is only asked about sites that it does not object to; whether relevance gets to the others is yet to be seen. */
    private static boolean gives(Rule rule, Site site, int i) {
        return RuleFailedException.guarding(site, rule,
                () -> rule.objection(site).isPresent() || rule.gives(site, i));
    }

    /** Whether operand {@code i} of the node at {@code index} takes relevance and leads to a target. */
    boolean wants(Graph graph, int index, int i) {
        int producer = graph.producer(index, i);
        if (producer < 0 || asked == null) {
            return producer >= 0;
        }
        BitSet outputs = asked.get(producer);
        return onward.get(producer)
                || (outputs != null && outputs.get(graph.node(index).operands().get(i).output()));
    }
}
