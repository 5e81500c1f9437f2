package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Leaf;
import java.util.ArrayList;
import java.util.List;

/**
 * Everything that rules and targets decide about one graph before any number is touched; with the graph's structure, all
 * that a plan depends on.
 *
 * @param choices per node its rule and why
 * @param needs per node what its rule reads; nothing where no relevance arrives
 * @param reach where the sweep goes
 * @param merging which neighbours linear ops take in
 * @param unused rows of the table that decided nothing
 */
record Decisions(List<RuleTable.Choice> choices, List<Needs> needs, Reach reach, Merging merging,
        List<RuleTable.UnusedRow> unused) {
    /**
     * Asks the table and the rules.
     *
     * @throws MissingRuleException if a node has no rule
     * @throws UnsuitableRuleException if a rule cannot be applied where the table put it
     * @throws RuleFailedException if a rule throws when it is asked
     */
    static Decisions of(Graph graph, RuleTable rules, Targets targets) {
        RuleTable.Resolution resolution = rules.resolution(graph);
        Merging merging = MergeSearch.of(graph, resolution.choices());
        List<RuleTable.Choice> choices = merging.choices();
        Reach reach = Reach.of(graph, choices, targets);
        List<Needs> needs = new ArrayList<>(graph.size());
        for (int i = 0; i < graph.size(); i++) {
            boolean steps = reach.visited().get(i) && reach.onward().get(i) && !(graph.node(i).op() instanceof Leaf);
            needs.add(steps ? merging.needs(i, needs(new Site(graph, i), choices.get(i))) : Needs.NOTHING);
        }
        return new Decisions(choices, needs, reach, merging, resolution.unused());
    }

    private static Needs needs(Site site, RuleTable.Choice choice) {
        Rule rule = choice.rule();
        return RuleFailedException.guarding(site, rule, () -> {
            rule.objection(site).ifPresent(reason -> {
                throw new UnsuitableRuleException(site, choice, reason);
            });
            return rule.needs(site);
        });
    }
}
