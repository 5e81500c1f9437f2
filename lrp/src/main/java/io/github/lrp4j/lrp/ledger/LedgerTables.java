package io.github.lrp4j.lrp.ledger;

import static io.github.lrp4j.lrp.ledger.TextTable.beginning;
import static io.github.lrp4j.lrp.ledger.TextTable.number;
import static io.github.lrp4j.lrp.ledger.TextTable.percent;

import io.github.lrp4j.lrp.ConservationLedger;
import io.github.lrp4j.lrp.ConservationLedger.Ending;
import io.github.lrp4j.lrp.ConservationLedger.Entry;
import io.github.lrp4j.lrp.Sink;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** A ledger as tables for a screen of 80 to 120 columns. */
public final class LedgerTables {
    private static final int RULE = 24;

    private LedgerTables() {
    }

    /** Where the relevance went in total, a line for each account that is not empty. */
    public static String totals(ConservationLedger ledger) {
        TextTable table = new TextTable("account", ">relevance", ">of the seed");
        total(table, ledger, "seed", ledger.seed());
        for (Ending.Kind kind : Ending.Kind.values()) {
            if (kind == Ending.Kind.INPUT || ledger.at(kind) != 0) {
                total(table, ledger, kind.label(), ledger.at(kind));
            }
        }
        for (Sink sink : Sink.values()) {
            if (ledger.at(sink) != 0) {
                total(table, ledger, sink.label(), ledger.at(sink));
            }
        }
        return table.row("imbalance", number(ledger.imbalance()), "").toString();
    }

    private static void total(TextTable table, ConservationLedger ledger, String name, double amount) {
        table.row(name, number(amount), ledger.seed() == 0 ? "" : percent(amount / ledger.seed()));
    }

    /** Every node that relevance passed, from the output on. */
    public static String nodes(ConservationLedger ledger) {
        TextTable table = new TextTable(">#", "node", "rule", ">in", ">out", ">leaked", "to");
        for (Entry entry : ledger.entries()) {
            table.row(Integer.toString(entry.index()), entry.name(), beginning(entry.rule().describe(), RULE),
                    number(entry.in()),
                    number(entry.passed()), number(entry.leaked()), sinks(entry.sinks()));
        }
        return table.toString();
    }

    /** The nodes that leak most; see {@link ConservationLedger#worst}. */
    public static String worst(ConservationLedger ledger, int count) {
        TextTable table = new TextTable(">#", "node", "rule", ">in", ">out", "to", ">amount", ">of in");
        for (Leak leak : ledger.worst(count)) {
            Entry entry = leak.entry();
            table.row(Integer.toString(entry.index()), entry.name(), beginning(entry.rule().describe(), RULE),
                    number(entry.in()),
                    number(entry.passed()), leak.sink().label(), number(leak.amount()), percent(leak.relative()));
        }
        return table.toString();
    }

    /** A row per module; see {@link ConservationLedger#scopes}. */
    public static String scopes(List<ScopeBooks> scopes) {
        TextTable table = new TextTable("scope", ">nodes", ">in", ">out", ">inputs", ">parameters", ">leaked", "to");
        for (ScopeBooks books : scopes) {
            double inputs = books.endings().getOrDefault(Ending.Kind.INPUT, 0.0);
            table.row(books.scope().isEmpty() ? "(top)" : books.scope(), Integer.toString(books.nodes()),
                    number(books.in()), number(books.out()), number(inputs), number(books.ended() - inputs),
                    number(books.leaked()), sinks(books.sinks()));
        }
        return table.toString();
    }

    /** A row per family of ops: how many nodes, and what their sinks took. */
    public static String families(ConservationLedger ledger) {
        Map<Family, Map<Sink, Double>> sinks = new EnumMap<>(Family.class);
        Map<Family, Integer> nodes = new EnumMap<>(Family.class);
        for (Entry entry : ledger.entries()) {
            nodes.merge(entry.family(), 1, Integer::sum);
            Map<Sink, Double> own = sinks.computeIfAbsent(entry.family(), key -> new EnumMap<>(Sink.class));
            entry.sinks().forEach((sink, amount) -> own.merge(sink, amount, Double::sum));
        }
        TextTable table = new TextTable("family", ">nodes", ">leaked", "to");
        nodes.forEach((family, count) -> table.row(family.label(), Integer.toString(count),
                number(sinks.get(family).values().stream().mapToDouble(Double::doubleValue).sum()),
                sinks(sinks.get(family))));
        return table.toString();
    }

    /**
     * What is left at every depth; see {@link ConservationLedger#drift}.
     *
     * @param rows at most so many, evenly spread over the depths; what leaked counts from the row before
     */
    public static String drift(ConservationLedger ledger, int rows) {
        if (rows < 2) {
            throw new IllegalArgumentException("drift: needs at least 2 rows, got " + rows);
        }
        List<Drift> drift = ledger.drift();
        TextTable table = new TextTable(">depth", ">leaked", ">inputs", ">parameters", ">left", ">conserved");
        int shown = Math.min(rows, drift.size());
        double before = ledger.seed();
        for (int r = 0; r < shown; r++) {
            Drift at = drift.get(shown == 1 ? 0 : (int) ((long) r * (drift.size() - 1) / (shown - 1)));
            table.row(Integer.toString(at.depth()), number(before - at.left()), number(at.inputs()),
                    number(at.parameters()), number(at.left()), percent(at.conserved()));
            before = at.left();
        }
        return table.toString();
    }

    /** The largest sink, and how many there are besides. */
    private static String sinks(Map<Sink, Double> sinks) {
        return sinks.entrySet().stream().max(Comparator.comparingDouble(sink -> Math.abs(sink.getValue())))
                .map(sink -> sink.getKey().label() + (sinks.size() > 1 ? " +" + (sinks.size() - 1) : "")).orElse("");
    }
}
