package io.github.lrp4j.cli.explain;

import static io.github.lrp4j.explain.picture.Html.number;
import static io.github.lrp4j.explain.picture.Html.percent;

import io.github.lrp4j.explain.Answer;
import io.github.lrp4j.explain.Prediction;
import io.github.lrp4j.explain.TextExplanation;
import io.github.lrp4j.explain.TextPart;
import io.github.lrp4j.explain.picture.TextHeatMap;
import io.github.lrp4j.zoo.tokenizer.WordRelevance;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The explanation of a text for the screen: a few lines, and the text with its words coloured. */
final class TextTable {
    private static final int WORDS = 8;

    private TextTable() {
    }

    /**
     * The lines.
     *
     * @param top how many of the most likely classes are listed
     * @param colored whether the screen shows colours
     */
    static String of(TextContext context, TextExplanation e, int top, boolean colored, List<Path> files) {
        StringBuilder table = new StringBuilder();
        line(table, "model", context.model().model().name() + ", "
                + String.format(Locale.ROOT, "%,d", context.model().parameterCount()) + " parameters");
        int unused = context.model().model().unused().size();
        if (unused > 0) {
            line(table, "", unused + " tensors of its files are not used, such as "
                    + context.model().model().unused().getFirst());
        }
        line(table, "rules", context.preset() + ": " + context.preset().description());
        line(table, "read", e.encoding().length() + " tokens" + (e.windows() > 1
                ? " in " + e.windows() + " windows"
                : ""));
        said(table, e.answer(), top);
        for (TextPart part : shown(e)) {
            part(table, e, part, colored);
        }
        if (context.preset().isDecomposition() && !e.parts().isEmpty()) {
            line(table, "relevance", Books.line("words", e.conservation()));
        }
        e.warning().ifPresent(where -> line(table, "warning", "not all relevance is finite: " + where));
        line(table, "time", String.format(Locale.ROOT, "forward %.2f s, relevance %.2f s (%s)", e.timings().forward(),
                e.timings().relevance(), context.kernels()));
        String name = "written";
        for (Path file : files.reversed()) {
            line(table, name, file.toString());
            name = "";
        }
        return table.toString();
    }

    /** Of a text that the model wrote, the whole alone; its tokens are on the page. */
    private static List<TextPart> shown(TextExplanation e) {
        return e.answer() instanceof Answer.Generated ? e.parts().subList(0, 1) : e.parts();
    }

    private static void said(StringBuilder table, Answer answer, int top) {
        switch (answer) {
            case Answer.Classes classes -> ranking(table, "says", classes.ranking(), top);
            case Answer.Passage passage -> {
                line(table, "answers", percent(passage.probability()) + "  " + passage.text());
                if (passage.noAnswer() > passage.score()) {
                    line(table, "", "but that there is no answer scores higher: " + number(passage.noAnswer())
                            + ", the answer " + number(passage.score()));
                }
            }
            case Answer.Entities entities -> {
                String name = "finds";
                for (Answer.Entity entity : entities.entities()) {
                    line(table, name, percent(entity.probability()) + "  " + entity.text() + " (" + entity.label()
                            + ")");
                    name = "";
                }
                if (entities.entities().isEmpty()) {
                    line(table, name, "nothing");
                }
            }
            case Answer.Words words -> words.words().forEach(mask -> ranking(table, "guesses", mask, top));
            case Answer.Generated generated -> line(table, "writes", generated.text());
            case Answer.Similarity similarity -> line(table, "says", similarity.text());
        }
    }

    private static void ranking(StringBuilder table, String name, List<Prediction> ranking, int top) {
        String first = name;
        for (Prediction p : ranking.subList(0, Math.min(top, ranking.size()))) {
            line(table, first, (Double.isNaN(p.probability())
                    ? number(p.logit())
                    : String.format("%9s", percent(p.probability()))) + "  " + p.label().strip());
            first = "";
        }
    }

    private static void part(StringBuilder table, TextExplanation e, TextPart part, boolean colored) {
        line(table, "why", part.subject());
        if (colored) {
            TextHeatMap map = TextHeatMap.of(part.words());
            for (int i = 0; i < map.size(); i++) {
                line(table, "", map.toAnsi(i).replaceAll("\\R", System.lineSeparator() + " ".repeat(11)));
            }
        }
        StringBuilder words = new StringBuilder();
        part.words().stream().flatMap(text -> text.words().stream())
                .filter(word -> word.relevance() != 0)
                .sorted(Comparator.comparingDouble((WordRelevance word) -> -Math.abs(word.relevance()))).limit(WORDS)
                .forEach(word -> words.append(words.isEmpty() ? "" : ", ")
                        .append(String.format(Locale.ROOT, "%+.3f ", word.relevance())).append(word.word()));
        line(table, "", words.toString());
    }

    private static void line(StringBuilder table, String name, String text) {
        table.append(String.format("%-10s %s%n", name, text));
    }
}
