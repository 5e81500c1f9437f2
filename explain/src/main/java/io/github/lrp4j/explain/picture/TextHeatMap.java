package io.github.lrp4j.explain.picture;

import io.github.lrp4j.zoo.tokenizer.TextRelevance;
import io.github.lrp4j.zoo.tokenizer.WordRelevance;
import java.util.List;
import java.util.Locale;

/**
 * {@code v(word) = R(word) / max |R|}: texts whose words are coloured by their relevance, on a terminal or a page.
 *
 * <p>All texts of a map share one scale, the same for both signs; a word without relevance stays as it is. Colours are
 * those of {@link DivergingColors}.
 */
public final class TextHeatMap {
    private static final String RESET = "\u001b[0m";
    /** Fainter words are left as they are: half of the smallest step that a screen shows. */
    private static final double FAINTEST = 1.0 / 256;
    private static final int DARK_TEXT = 0x111111;
    private static final int LIGHT_TEXT = 0xffffff;

    private final List<TextRelevance> texts;
    private final double scale;

    private TextHeatMap(List<TextRelevance> texts, double scale) {
        this.texts = texts;
        this.scale = scale;
    }

    /** The map of these texts. */
    public static TextHeatMap of(List<TextRelevance> texts) {
        double largest = texts.stream().flatMap(text -> text.words().stream())
                .mapToDouble(word -> Math.abs(word.relevance())).filter(Double::isFinite).max().orElse(0);
        return new TextHeatMap(List.copyOf(texts), largest > 0 ? largest : 1);
    }

    /** The relevance that has the full colour. */
    public double scale() {
        return scale;
    }

    /** Number of texts. */
    public int size() {
        return texts.size();
    }

    private double value(WordRelevance word) {
        return word.relevance() / scale;
    }

    /** Background and text colour. */
    private record Colors(int background, int text) {
        static Colors of(double value) {
            int rgb = DivergingColors.rgb(value);
            // Rec. 601 luma.
            double luma = 0.299 * (rgb >> 16 & 0xff) + 0.587 * (rgb >> 8 & 0xff) + 0.114 * (rgb & 0xff);
            return new Colors(rgb, luma > 140 ? DARK_TEXT : LIGHT_TEXT);
        }
    }

    /** A text with the escapes of a terminal of 24 bits per colour (ECMA-48, ISO 8613-6). */
    public String toAnsi(int number) {
        TextRelevance text = texts.get(number);
        StringBuilder ansi = new StringBuilder();
        int at = 0;
        for (WordRelevance word : text.words()) {
            // Words of some tokenizers overlap: no character is shown twice.
            int from = Math.max(at, word.span().start());
            ansi.append(printable(text.text().substring(at, from)));
            String shown = printable(text.text().substring(from, Math.max(from, word.span().end())));
            if (isFaint(word)) {
                ansi.append(shown);
            } else {
                Colors colors = Colors.of(value(word));
                ansi.append(color(48, colors.background())).append(color(38, colors.text())).append(shown)
                        .append(RESET);
            }
            at = Math.max(from, word.span().end());
        }
        return ansi.append(printable(text.text().substring(at))).toString();
    }

    private boolean isFaint(WordRelevance word) {
        return Math.abs(value(word)) < FAINTEST;
    }

    private static String color(int what, int rgb) {
        return "\u001b[" + what + ";2;" + (rgb >> 16 & 0xff) + ";" + (rgb >> 8 & 0xff) + ";" + (rgb & 0xff) + "m";
    }

    /** A text may hold escapes of its own, which must not reach the terminal. */
    private static String printable(String text) {
        StringBuilder printable = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (c == '\n' || c == '\t' || !Character.isISOControl(c)) {
                printable.appendCodePoint(c);
            } else {
                printable.append('\ufffd');
            }
        });
        return printable.toString();
    }

    /** A text as the content of an element: a span per word, with its relevance as its title. */
    public String toHtml(int number) {
        TextRelevance text = texts.get(number);
        StringBuilder html = new StringBuilder();
        int at = 0;
        for (WordRelevance word : text.words()) {
            int from = Math.max(at, word.span().start());
            html.append(Html.text(text.text().substring(at, from)));
            String shown = Html.text(text.text().substring(from, Math.max(from, word.span().end())));
            if (isFaint(word)) {
                html.append("<span title=\"").append(Html.number(word.relevance())).append("\">");
            } else {
                Colors colors = Colors.of(value(word));
                html.append(String.format(Locale.ROOT, "<span style=\"background:#%06x;color:#%06x\" title=\"%s\">",
                        colors.background(), colors.text(), Html.number(word.relevance())));
            }
            html.append(shown).append("</span>");
            at = Math.max(from, word.span().end());
        }
        return html.append(Html.text(text.text().substring(at))).toString();
    }
}
