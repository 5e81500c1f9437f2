package io.github.lrp4j.cli.explain;

import static io.github.lrp4j.explain.picture.Html.number;
import static io.github.lrp4j.explain.picture.Html.row;

import io.github.lrp4j.explain.Conservation;
import java.util.Locale;
import java.util.Map;

/** Where the relevance went, in words. */
final class Books {
    private Books() {
    }

    /** {@code 1.0000 = pixels 0.8120 + biases 0.1880}. */
    static String line(String inputs, Conservation books) {
        StringBuilder text = new StringBuilder(number(books.seed())).append(" = ").append(inputs).append(' ')
                .append(number(books.inputs()));
        if (books.biases() != 0) {
            text.append(" + biases ").append(number(books.biases()));
        }
        if (books.weights() != 0) {
            text.append(" + parameters ").append(number(books.weights()));
        }
        for (Map.Entry<String, Double> sink : books.sinks().entrySet()) {
            text.append(" + ").append(sink.getKey()).append(' ').append(number(sink.getValue()));
        }
        return text.toString();
    }

    /**
     * The same as a table of a page.
     *
     * @param inputs what the inputs are called
     * @param seed what the start is called
     */
    static String table(String inputs, String seed, Conservation books) {
        StringBuilder rows = new StringBuilder(row(inputs, number(books.inputs())));
        rows.append(row("biases of the model", number(books.biases())));
        if (books.weights() != 0) {
            rows.append(row("other parameters", number(books.weights())));
        }
        books.sinks().forEach((sink, amount) -> rows.append(row(sink, number(amount))));
        rows.append(row(seed, number(books.seed())));
        String accuracy = String.format(Locale.ROOT, "%.0e", Math.max(books.imbalance(), 1e-16));
        return "<table><caption>Nothing is lost: the parts add up to what started, to " + accuracy
                + "</caption>\n<tbody>\n" + rows + "</tbody></table>";
    }
}
