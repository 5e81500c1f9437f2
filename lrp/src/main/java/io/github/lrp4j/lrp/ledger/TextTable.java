package io.github.lrp4j.lrp.ledger;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Rows in aligned columns for a fixed-width font: texts to the left, numbers to the right. */
final class TextTable {
    private static final int WIDEST_TEXT = 36;

    private final boolean[] right;
    private final List<String[]> rows = new ArrayList<>();

    /** @param titles of the columns; one that starts with {@code >} is of numbers */
    TextTable(String... titles) {
        right = new boolean[titles.length];
        String[] plain = new String[titles.length];
        for (int c = 0; c < titles.length; c++) {
            right[c] = titles[c].startsWith(">");
            plain[c] = right[c] ? titles[c].substring(1) : titles[c];
        }
        rows.add(plain);
    }

    /** Adds a row; long texts lose their middle. */
    TextTable row(String... cells) {
        String[] row = new String[cells.length];
        Arrays.setAll(row, c -> shortened(cells[c]));
        rows.add(row);
        return this;
    }

    private static String shortened(String text) {
        if (text.length() <= WIDEST_TEXT) {
            return text;
        }
        int tail = (WIDEST_TEXT - 2) * 2 / 3;
        return text.substring(0, WIDEST_TEXT - 2 - tail) + ".." + text.substring(text.length() - tail);
    }

    /** A text without its end where that is too long: a rule's name stands in front. */
    static String beginning(String text, int width) {
        return text.length() <= width ? text : text.substring(0, width - 2) + "..";
    }

    /** A relevance in four digits. */
    static String number(double value) {
        return value == 0 ? "0" : String.format(Locale.ROOT, "%.4g", value);
    }

    /** A share in percent; relative amounts far beyond 1 as a factor. */
    static String percent(double share) {
        if (!Double.isFinite(share)) {
            return Double.isNaN(share) ? "NaN" : "inf";
        }
        if (share != 0 && Math.abs(share) < 5e-5) {
            return "< 0.01 %";
        }
        return Math.abs(share) < 1000
                ? String.format(Locale.ROOT, "%.2f %%", 100 * share)
                : String.format(Locale.ROOT, "x %.1e", share);
    }

    @Override
    public String toString() {
        int[] widths = IntStream.range(0, right.length)
                .map(c -> rows.stream().mapToInt(row -> row[c].length()).max().orElse(0)).toArray();
        StringBuilder text = new StringBuilder();
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int c = 0; c < row.length; c++) {
                String padding = " ".repeat(widths[c] - row[c].length());
                line.append(c > 0 ? "  " : "").append(right[c] ? padding + row[c] : row[c] + padding);
            }
            text.append(line.toString().stripTrailing()).append(System.lineSeparator());
        }
        return text.toString();
    }
}
