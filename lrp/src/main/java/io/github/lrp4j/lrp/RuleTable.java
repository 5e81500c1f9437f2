package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Graph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * An ordered list of rows {@code selector -> rule}: the first row that selects a node decides, and what no row selects
 * gets {@link DefaultRules}.
 *
 * <p>Immutable. What the literature calls a composite.
 * <pre>{@code
 * RuleTable rules = RuleTable.of(
 *     first(Conv.class).use(zBox(low, high)),
 *     scope("classifier.*").use(epsilon(1e-6)),
 *     every(Conv.class).use(gamma(0.25)));
 * }</pre>
 */
public final class RuleTable {
    /**
     * One row.
     *
     * @param selector which nodes
     * @param rule their rule
     */
    public record Row(Selector selector, Rule rule) {
    }

    /**
     * A rule and the row that chose it.
     *
     * @param rule the rule
     * @param reason the selector's description, or {@code default}
     */
    public record Choice(Rule rule, String reason) {
    }

    private final List<Row> rows;

    private RuleTable(List<Row> rows) {
        this.rows = List.copyOf(rows);
    }

    /** A table of these rows, in order. */
    public static RuleTable of(Row... rows) {
        return new RuleTable(Arrays.asList(rows));
    }

    /** This table with other rows tried first. */
    public RuleTable prepend(Row... first) {
        List<Row> all = new ArrayList<>(Arrays.asList(first));
        all.addAll(rows);
        return new RuleTable(all);
    }

    /** The rows, in order. */
    public List<Row> rows() {
        return rows;
    }

    /**
     * The choice for every node of a graph, by index.
     *
     * @throws MissingRuleException if a node has neither a row nor a default rule
     */
    public List<Choice> resolve(Graph graph) {
        List<Predicate<Site>> selected = Selector.on(graph, rows);
        List<Choice> choices = new ArrayList<>(graph.size());
        for (int n = 0; n < graph.size(); n++) {
            choices.add(choose(new Site(graph, n), selected));
        }
        return choices;
    }

    private Choice choose(Site site, List<Predicate<Site>> selected) {
        for (int r = 0; r < rows.size(); r++) {
            if (selected.get(r).test(site)) {
                return new Choice(rows.get(r).rule(), rows.get(r).selector().toString());
            }
        }
        return new Choice(DefaultRules.ruleFor(site), "default");
    }

    /** One line a row, first match first. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Row row : rows) {
            text.append(String.format(Locale.ROOT, "%-40s %s%n", row.selector(), row.rule().describe()));
        }
        return text.append(String.format(Locale.ROOT, "%-40s %s%n", "everything else", "default rules")).toString();
    }
}
