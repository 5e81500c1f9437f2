package io.github.lrp4j.cli.explain;

import io.github.lrp4j.cli.console.Template;
import static io.github.lrp4j.explain.picture.Html.number;
import static io.github.lrp4j.explain.picture.Html.percent;
import static io.github.lrp4j.explain.picture.Html.row;
import static io.github.lrp4j.explain.picture.Html.text;

import io.github.lrp4j.cli.console.Version;
import io.github.lrp4j.explain.Answer;
import io.github.lrp4j.explain.Prediction;
import io.github.lrp4j.explain.TextExplanation;
import io.github.lrp4j.explain.TextPart;
import io.github.lrp4j.explain.picture.DivergingColors;
import io.github.lrp4j.explain.picture.TextHeatMap;
import io.github.lrp4j.lrp.promise.PromiseStatistics;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Explanations of texts as one HTML page that needs nothing else: no script, no font, no file beside it. */
final class TextReport {
    private final TextContext context;

    TextReport(TextContext context) {
        this.context = context;
    }

    /** The page of one text. */
    String page(TextExplanation e, int top) {
        Map<String, String> values = values();
        values.put("title", "Why did " + text(context.model().model().name()) + " say &ldquo;"
                + text(e.answer().text()) + "&rdquo;?");
        values.put("lead", "The text has " + e.encoding().length() + " tokens"
                + (e.windows() > 1 ? ", read in " + e.windows() + " windows" : "") + ". Rules: "
                + text(context.preset().toString()) + ".");
        values.put("warning", e.warning().map(where -> "<p class=\"note\">Not all relevance is finite: <code>"
                + text(where) + "</code></p>").orElse(""));
        StringBuilder maps = new StringBuilder();
        e.parts().forEach(part -> maps.append(map(e, part)));
        values.put("maps", e.parts().isEmpty() ? "<p>The model found nothing that could be explained.</p>" : maps + "");
        values.put("details",
                "<div class=\"columns\">\n<section>\n<h2>What the model said</h2>\n" + said(e.answer(), top)
                        + "</section>\n<section>\n<h2>Where the relevance went</h2>\n" + books(e)
                        + "</section>\n</div>\n");
        values.put("facts", facts() + e.plan().map(plan -> graph(plan.statistics())).orElse("")
                + row("time", String.format(Locale.ROOT, "tokens %.3f s, forward %.3f s, relevance %.3f s",
                        e.timings().input(), e.timings().forward(), e.timings().relevance())));
        values.put("data", "relevance.json");
        return Template.of(TextReport.class, "text-report.html").fill(values);
    }

    /**
     * The page of many texts.
     *
     * @param sections of the texts that are shown, see {@link #section}
     * @param run how many texts there were, and how long they took
     */
    String page(List<String> sections, long texts, String run) {
        Map<String, String> values = values();
        values.put("title", "What " + text(context.model().model().name()) + " said of " + texts + " texts, and why");
        values.put("lead", text(run) + (sections.size() < texts
                ? "; the first " + sections.size() + " are shown. Rules: "
                : ". Rules: ") + text(context.preset().toString()) + ".");
        values.put("warning", "");
        values.put("maps", String.join("", sections));
        values.put("details", "");
        values.put("facts", facts());
        values.put("data", "explanations.jsonl");
        return Template.of(TextReport.class, "text-report.html").fill(values);
    }

    /** One of many texts: what the model said, and the first part of why. */
    String section(String name, TextExplanation e) {
        return "<h2>" + text(name) + ": " + text(e.answer().text()) + "</h2>\n"
                + (e.parts().isEmpty() ? "" : map(e, e.parts().getFirst()));
    }

    private Map<String, String> values() {
        boolean decomposition = context.preset().isDecomposition();
        Map<String, String> values = new HashMap<>();
        values.put("css", Template.css().fill(Map.of("stops", DivergingColors.cssStops())));
        values.put("against", decomposition ? "speaks against it" : "lowers the score");
        values.put("for", decomposition ? "speaks for it" : "raises the score");
        values.put("meaning", Template.of(TextReport.class, decomposition
                ? "text-meaning-relevance.html"
                : "text-meaning-gradient.html").fill(Map.of()).strip());
        values.put("version", text(Version.NUMBER));
        return values;
    }

    private static String map(TextExplanation e, TextPart part) {
        TextHeatMap map = TextHeatMap.of(part.words());
        StringBuilder html = new StringBuilder("<h3>Why &ldquo;").append(text(part.subject()))
                .append("&rdquo;: output ").append(number(part.output())).append(", relevance of all words ")
                .append(number(part.sum())).append("</h3>\n");
        for (int i = 0; i < map.size(); i++) {
            html.append("<div class=\"text\">").append(map.toHtml(i)).append("</div>\n");
        }
        if (e.answer() instanceof Answer.Generated generated && !part.written().isEmpty()) {
            html.append("<p>Written before, token by token: ").append(written(generated.tokens(), part.written()))
                    .append("</p>\n");
        }
        return html.toString();
    }

    /** The start token stands before the first token that was written, and so on. */
    private static String written(List<String> tokens, List<Double> relevance) {
        StringBuilder text = new StringBuilder("start ").append(number(relevance.getFirst()));
        for (int t = 1; t < relevance.size(); t++) {
            text.append(", <code>").append(text(tokens.get(t - 1))).append("</code> ").append(number(relevance.get(t)));
        }
        return text.toString();
    }

    private static String said(Answer answer, int top) {
        return switch (answer) {
            case Answer.Classes classes -> ranking("The most likely of " + classes.ranking().size() + " classes",
                    classes.ranking(), top);
            case Answer.Passage passage -> "<table><tbody>\n" + row("answer", passage.text())
                    + row("probability", percent(passage.probability())) + row("score", number(passage.score()))
                    + row("score of no answer", number(passage.noAnswer())) + "</tbody></table>\n";
            case Answer.Entities entities -> {
                StringBuilder rows = new StringBuilder("<table><tbody>\n");
                entities.entities().forEach(entity -> rows
                        .append(row(entity.text(), entity.label(), percent(entity.probability()))));
                yield rows.append("</tbody></table>\n").toString();
            }
            case Answer.Words words -> {
                StringBuilder tables = new StringBuilder();
                words.words().forEach(mask -> tables.append(ranking("The most likely words", mask, top)));
                yield tables.toString();
            }
            case Answer.Generated generated -> "<table><tbody>\n" + row("text", generated.text())
                    + row("tokens", Integer.toString(generated.tokens().size()))
                    + row("log-probability per token", number(generated.score())) + "</tbody></table>\n";
            case Answer.Similarity similarity -> "<table><tbody>\n" + row("cosine", number(similarity.cosine()))
                    + "</tbody></table>\n";
        };
    }

    private static String ranking(String caption, List<Prediction> ranking, int top) {
        StringBuilder rows =
                new StringBuilder("<table><caption>").append(text(caption)).append("</caption>\n<tbody>\n");
        ranking.subList(0, Math.min(top, ranking.size())).forEach(p -> rows.append(row(p.label(),
                Double.isNaN(p.probability()) ? "" : percent(p.probability()), number(p.logit()))));
        return rows.append("</tbody></table>\n").toString();
    }

    private String books(TextExplanation e) {
        if (!context.preset().isDecomposition()) {
            return "<p>A gradient distributes nothing, so there are no books to balance.</p>";
        }
        return Books.table("words of the text", "started", e.conservation());
    }

    private String facts() {
        return row("model", context.model().model().name() + ", "
                + String.format(Locale.ROOT, "%,d parameters", context.model().parameterCount()))
                + row("from", context.model().source())
                + row("rules", context.preset() + ": " + context.preset().description())
                + row("kernels", context.kernels());
    }

    private static String graph(PromiseStatistics promises) {
        return row("graph", promises.nodes() + " nodes, " + promises.promises() + " Promises at " + promises.origins()
                + " origins, " + promises.internalNodes() + " internal nodes, depth sum " + promises.depthSum());
    }
}
