package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Leaf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * An ordered list of rows: the first row that selects a node decides, and what no row selects gets {@link DefaultRules}.
 *
 * <p>A row gives the selected nodes a rule, or hands them to another table: the first match inside decides, and what
 * nothing inside selects falls through to the rows below. Inside, {@code first}, {@code last} and {@code nth} count among
 * the nodes that were handed over.
 *
 * <p>Immutable. What the literature calls a composite.
 * <pre>{@code
 * RuleTable rules = RuleTable.of(
 *     first(Conv.class).use(new ZBox(low, high, 1e-6)),
 *     scope("encoder.*").use(RuleTable.of(
 *         last(Linear.class).use(new Epsilon(1e-3)),
 *         every(Add.class).use(new Norm(1e-6)))),
 *     every(Conv.class).use(new Gamma(0.25, 1e-6)));
 * }</pre>
 */
public final class RuleTable {
    /** One row: which nodes, and what becomes of them. */
    public sealed interface Row {
        /** Which nodes. */
        Selector selector();
    }

    /**
     * A row that gives nodes a rule.
     *
     * @param selector which nodes
     * @param rule their rule
     */
    public record RuleRow(Selector selector, Rule rule) implements Row {
    }

    /**
     * A row that hands nodes to another table.
     *
     * @param selector which nodes
     * @param table what decides about them, unless nothing in it selects them
     */
    public record TableRow(Selector selector, RuleTable table) implements Row {
    }

    /**
     * A rule and the rows that chose it.
     *
     * @param rule the rule
     * @param reason the selectors of the rows that led to it, outermost first, or {@code default}
     */
    public record Choice(Rule rule, String reason) {
    }

    /**
     * A row that decided about no node of a graph.
     *
     * @param row its selector, behind those of the rows around it
     * @param why that it selects nothing, as a misspelt scope does, or that earlier rows decided about all that it selects
     */
    public record UnusedRow(String row, Why why) {
        /** Why a row decided nothing. */
        public enum Why {
            /** No node of the graph is selected. */
            SELECTS_NOTHING,
            /** Every selected node had been decided about by an earlier row. */
            COMES_TOO_LATE
        }
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
        return resolution(graph).choices();
    }

    /**
     * What a table decides about a graph.
     *
     * @param choices per node
     * @param unused rows that decided nothing, in the order of the table
     */
    record Resolution(List<Choice> choices, List<UnusedRow> unused) {
    }

    Resolution resolution(Graph graph) {
        Deciding deciding = new Deciding(graph);
        BitSet all = new BitSet(graph.size());
        all.set(0, graph.size());
        deciding.by(this, all, "");
        for (int n = deciding.open.nextSetBit(0); n >= 0; n = deciding.open.nextSetBit(n + 1)) {
            deciding.choices[n] = new Choice(DefaultRules.ruleFor(new Site(graph, n)), "default");
        }
        return new Resolution(List.of(deciding.choices), List.copyOf(deciding.unused));
    }

    /** Rows being tried on a graph, outer tables before inner ones. */
    private static final class Deciding {
        final Graph graph;
        final Choice[] choices;
        final BitSet open;
        final BitSet ops;
        final List<UnusedRow> unused = new ArrayList<>();

        Deciding(Graph graph) {
            this.graph = graph;
            choices = new Choice[graph.size()];
            open = new BitSet(graph.size());
            open.set(0, graph.size());
            ops = new BitSet(graph.size());
            for (int n = 0; n < graph.size(); n++) {
                ops.set(n, !(graph.node(n).op() instanceof Leaf));
            }
        }

        /** Tables nest as deep as someone wrote them down. */
        void by(RuleTable table, BitSet among, String around) {
            for (Row row : table.rows) {
                BitSet selected = select(row.selector(), among);
                String path = around + row.selector();
                boolean nothing = !selected.intersects(ops);
                boolean late = !nothing && !intersects(selected, open, ops);
                switch (row) {
                    case RuleRow rule -> decide(selected, new Choice(rule.rule(), path));
                    case TableRow inner when nothing || late -> {
                    }
                    case TableRow inner -> by(inner.table(), selected, path + " > ");
                }
                if (nothing || late) {
                    unused.add(new UnusedRow(path,
                            nothing ? UnusedRow.Why.SELECTS_NOTHING : UnusedRow.Why.COMES_TOO_LATE));
                }
            }
        }

        private BitSet select(Selector selector, BitSet among) {
            Predicate<Site> predicate = selector.on(graph, among);
            BitSet selected = new BitSet(graph.size());
            for (int n = among.nextSetBit(0); n >= 0; n = among.nextSetBit(n + 1)) {
                selected.set(n, predicate.test(new Site(graph, n)));
            }
            return selected;
        }

        private void decide(BitSet selected, Choice choice) {
            for (int n = selected.nextSetBit(0); n >= 0; n = selected.nextSetBit(n + 1)) {
                if (open.get(n)) {
                    choices[n] = choice;
                    open.clear(n);
                }
            }
        }

        private static boolean intersects(BitSet a, BitSet b, BitSet c) {
            BitSet both = (BitSet) a.clone();
            both.and(b);
            return both.intersects(c);
        }
    }

    /** One line a row, first match first; rows of a nested table indented below the row that hands over to it. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        print(text, "");
        return text.append(String.format(Locale.ROOT, "%-40s %s%n", "everything else", "default rules")).toString();
    }

    private void print(StringBuilder text, String indent) {
        for (Row row : rows) {
            switch (row) {
                case RuleRow rule -> text.append(
                        String.format(Locale.ROOT, "%-40s %s%n", indent + rule.selector(), rule.rule().describe()));
                case TableRow inner -> {
                    text.append(indent).append(inner.selector()).append(System.lineSeparator());
                    inner.table().print(text, indent + "  ");
                }
            }
        }
    }
}
