package io.github.lrp4j.cli.evaluate;

import io.github.lrp4j.cli.evaluate.Speeds.Speed;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The most important numbers as lines for the screen: a method a line. */
final class ResultTable {
    private static final double MEBI = 1 << 20;

    private ResultTable() {
    }

    /**
     * The table.
     *
     * @param shown which columns, as {@link Measured#column} calls them
     * @param percent whether numbers are shown in percent
     */
    static String of(List<Measured> measured, List<String> shown, boolean percent, Map<String, Speed> speeds) {
        List<List<String>> rows = new ArrayList<>();
        List<String> heading = new ArrayList<>(List.of("method"));
        heading.addAll(shown);
        heading.addAll(List.of("it/s", "peak heap"));
        rows.add(heading);
        for (String method : measured.stream().map(Measured::method).distinct().toList()) {
            List<String> row = new ArrayList<>(List.of(method));
            for (String column : shown) {
                row.add(find(measured, method, column).map(m -> number(m, percent)).orElse("-"));
            }
            Speed speed = speeds.get(method);
            row.add(speed == null ? "-" : String.format(Locale.ROOT, "%.2f", speed.rate()));
            row.add(speed == null ? "-" : String.format(Locale.ROOT, "%,.0f MiB", speed.peak() / MEBI));
            rows.add(row);
        }
        return aligned(rows);
    }

    static Optional<Measured> find(List<Measured> measured, String method, String column) {
        return measured.stream().filter(m -> m.method().equals(method) && m.column().equals(column)).findFirst();
    }

    /** {@code 0.4416 +- 0.0340}. */
    static String number(Measured m, boolean percent) {
        double half = m.estimate().normal().half();
        return percent
                ? String.format(Locale.ROOT, "%.2f", 100 * m.mean())
                : String.format(Locale.ROOT, "%.4f +-%.4f", m.mean(), half);
    }

    private static String aligned(List<List<String>> rows) {
        StringBuilder table = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int c = 0; c < row.size(); c++) {
                int column = c;
                int width = rows.stream().mapToInt(other -> other.get(column).length()).max().orElse(0);
                String cell = row.get(c);
                String blanks = " ".repeat(width - cell.length());
                line.append(c == 0 ? cell + blanks : "  " + blanks + cell);
            }
            table.append(line.toString().stripTrailing()).append(System.lineSeparator());
        }
        return table.toString();
    }
}
