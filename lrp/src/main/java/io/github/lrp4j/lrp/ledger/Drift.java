package io.github.lrp4j.lrp.ledger;

import io.github.lrp4j.lrp.ConservationLedger;
import io.github.lrp4j.lrp.ConservationLedger.Ending;
import io.github.lrp4j.lrp.ConservationLedger.Entry;
import java.util.ArrayList;
import java.util.List;

/**
 * What happened to relevance at one depth of the graph, counted from the output.
 *
 * @param depth longest way from an output, in nodes that relevance passed
 * @param nodes how many nodes there passed relevance on
 * @param leaked what the sinks of these nodes took, created relevance counting as negative
 * @param magnitude sum of the magnitudes of what they took, in which opposite leaks do not cancel
 * @param inputs what ended at inputs at this depth or before
 * @param parameters what ended at parameters at this depth or before
 * @param left what no sink has taken so far: {@code seed} minus all {@code leaked} up to here
 * @param conserved {@code left} as a share of the seed, 1 where nothing leaked; see {@link ConservationLedger#scale}
 */
public record Drift(int depth, int nodes, double leaked, double magnitude, double inputs, double parameters,
        double left, double conserved) {
    /** One row per depth, from the output on. */
    public static List<Drift> byDepth(ConservationLedger ledger) {
        List<Row> rows = new ArrayList<>();
        for (Entry entry : ledger.entries()) {
            Row row = row(rows, entry.depth());
            row.nodes++;
            row.leaked += entry.leaked();
            for (double amount : entry.sinks().values()) {
                row.magnitude += Math.abs(amount);
            }
        }
        for (Ending ending : ledger.endings()) {
            Row row = row(rows, ending.depth());
            if (ending.kind() == Ending.Kind.INPUT) {
                row.inputs += ending.amount();
            } else {
                row.parameters += ending.amount();
            }
        }
        List<Drift> drift = new ArrayList<>(rows.size());
        double leaked = 0;
        double inputs = 0;
        double parameters = 0;
        for (int d = 0; d < rows.size(); d++) {
            Row row = rows.get(d);
            leaked += row.leaked;
            inputs += row.inputs;
            parameters += row.parameters;
            drift.add(new Drift(d, row.nodes, row.leaked, row.magnitude, inputs, parameters, ledger.seed() - leaked,
                    share(ledger, leaked)));
        }
        return drift;
    }

    /** The share of the seed that is left when {@code leaked} is gone. */
    public static double share(ConservationLedger ledger, double leaked) {
        if (ledger.scale() == 0) {
            return 1;
        }
        return 1 - leaked / (ledger.seed() == 0 ? ledger.scale() : ledger.seed());
    }

    private static Row row(List<Row> rows, int depth) {
        while (rows.size() <= depth) {
            rows.add(new Row());
        }
        return rows.get(depth);
    }

    private static final class Row {
        private int nodes;
        private double leaked;
        private double magnitude;
        private double inputs;
        private double parameters;
    }
}
