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
        List<List<String>> rows = rows(measured, shown, percent);
        rows.getFirst().addAll(List.of("it/s", "peak heap"));
        for (List<String> row : rows.subList(1, rows.size())) {
            Speed speed = speeds.get(row.getFirst());
            row.add(speed == null ? "-" : String.format(Locale.ROOT, "%.2f", speed.rate()));
            row.add(speed == null ? "-" : String.format(Locale.ROOT, "%,.0f MiB", speed.peak() / MEBI));
        }
        return aligned(rows);
    }

    /** A second table behind the first, without times; nothing where no method has any of its columns. */
    static String further(List<Measured> measured, List<String> shown) {
        return measured.stream().anyMatch(m -> shown.contains(m.column()))
                ? System.lineSeparator() + aligned(rows(measured, shown, false))
                : "";
    }

    private static List<List<String>> rows(List<Measured> measured, List<String> shown, boolean percent) {
        List<List<String>> rows = new ArrayList<>();
        List<String> heading = new ArrayList<>(List.of("method"));
        heading.addAll(shown);
        rows.add(heading);
        for (String method : measured.stream().map(Measured::method).distinct().toList()) {
            List<String> row = new ArrayList<>(List.of(method));
            for (String column : shown) {
                row.add(find(measured, method, column).map(m -> number(m, percent)).orElse("-"));
            }
            rows.add(row);
        }
        return rows;
    }

    static Optional<Measured> find(List<Measured> measured, String method, String column) {
        return measured.stream().filter(m -> m.method().equals(method) && m.column().equals(column)).findFirst();
    }

    /** {@code 0.4416 +-0.0340}; of what is asked once and has no interval, {@code 1.1e-06}. */
    static String number(Measured m, boolean percent) {
        double half = m.estimate().normal().half();
        if (percent) {
            return String.format(Locale.ROOT, "%.2f", 100 * m.mean());
        }
        return m.estimate().count() == 1
                ? String.format(Locale.ROOT, "%.2g", m.mean())
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
