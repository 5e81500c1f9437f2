package io.github.lrp4j.cli.explain;

import io.github.lrp4j.cli.console.Template;
import io.github.lrp4j.explain.Prediction;
import static io.github.lrp4j.explain.picture.Html.number;
import static io.github.lrp4j.explain.picture.Html.percent;
import static io.github.lrp4j.explain.picture.Html.row;
import static io.github.lrp4j.explain.picture.Html.text;

import io.github.lrp4j.cli.console.Version;
import io.github.lrp4j.cli.ledger.LedgerDocument;
import io.github.lrp4j.cli.ledger.LedgerPicture;
import io.github.lrp4j.explain.RulePreset;
import io.github.lrp4j.explain.picture.DivergingColors;
import io.github.lrp4j.explain.picture.HeatMap;
import io.github.lrp4j.explain.picture.Html;
import io.github.lrp4j.explain.picture.Overlay;
import io.github.lrp4j.lrp.RelevancePlan;
import io.github.lrp4j.lrp.ledger.Leak;
import io.github.lrp4j.lrp.promise.PromiseStatistics;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** An explanation as one HTML page that needs nothing else: no script, no font, no file beside it. */
final class HtmlReport {
    private final Explanation explanation;
    private final Pictures pictures;
    private final int top;
    private final String network;
    private final String target;

    HtmlReport(Explanation explanation, Pictures pictures, int top) {
        this.explanation = explanation;
        this.pictures = pictures;
        this.top = top;
        this.network = text(explanation.model().network().name());
        this.target = text(explanation.subject());
    }

    /** The page. */
    String toHtml() {
        Map<String, String> values = new HashMap<>();
        values.put("network", network);
        values.put("target", target);
        values.put("source", text(explanation.picture().source()));
        values.put("preset", text(explanation.preset().toString()));
        values.put("version", text(Version.NUMBER));
        values.put("css", Template.css().fill(Map.of("stops", DivergingColors.cssStops())));
        addAnswer(values);
        addPictures(values);
        values.put("meaning", meaning());
        values.put("classes", Integer.toString(explanation.model().classes()));
        values.put("predictions", predictions());
        values.put("books", books());
        values.put("ledger", ledger());
        values.put("facts", facts());
        values.put("audit", audit());
        return Template.of(HtmlReport.class, "report.html").fill(values);
    }

    private void addAnswer(Map<String, String> values) {
        Prediction said = explanation.predicted();
        boolean same = explanation.target().equals(said) && explanation.against().isEmpty();
        values.put("question", same
                ? "Which pixels made " + network + " say &ldquo;" + target + "&rdquo;?"
                : "Which pixels speak for &ldquo;" + target + "&rdquo; in " + network + "?");
        String answer =
                "The network gives this picture a probability of " + percent(said.probability()) + " for &ldquo;"
                        + text(said.label()) + "&rdquo;";
        values.put("answer", same
                ? answer + "."
                : answer + " and " + percent(explanation.target().probability()) + " for &ldquo;"
                        + text(explanation.target().label()) + "&rdquo;, which is explained here"
                        + explanation.against().map(other -> " against &ldquo;" + text(other.label()) + "&rdquo; ("
                                + percent(other.probability()) + ")").orElse("")
                        + ".");
        long notFinite = explanation.heatMap().notFinite();
        values.put("warning", notFinite == 0
                ? ""
                : "<p class=\"note\"><strong>" + notFinite
                        + " pixels have no finite relevance</strong> (yellow): these rules are"
                        + " ill-conditioned on this network.</p>");
        explanation.warning().ifPresent(where -> values.merge("warning",
                "<p class=\"note\">Not all relevance is finite: <code>" + text(where) + "</code></p>", String::concat));
    }

    private void addPictures(Map<String, String> values) {
        HeatMap map = explanation.heatMap();
        boolean decomposition = explanation.preset().isDecomposition();
        values.put("seen", pictures.image(pictures.seen(), "The picture as the network saw it"));
        values.put("heatMap", pictures.image(pictures.heatMap(),
                "Heat map of the relevance: red pixels speak for " + explanation.subject()
                        + ", blue ones against it"));
        values.put("overlay", pictures.image(pictures.overlay(), "The heat map over the grey picture"));
        values.put("seenSize", map.width() + " &times; " + map.height());
        values.put("smoothing", Overlay.blur(map.width(), map.height()) > 0
                ? ", smoothed a little so that single pixels can be seen"
                : "");
        values.put("low", number(-map.scale()));
        values.put("high", number(map.scale()));
        values.put("against", decomposition ? "speaks against it" : "lowers the score");
        values.put("for", decomposition ? "speaks for it" : "raises the score");
        values.put("percentile", String.format(Locale.ROOT, "%.1f", HeatMap.PERCENTILE));
    }

    private String meaning() {
        String kind = explanation.preset() == RulePreset.INPUT_X_GRADIENT ? "times the pixel's normalised value" : "";
        String name = explanation.preset().isDecomposition() ? "meaning-relevance.html" : "meaning-gradient.html";
        return Template.of(HtmlReport.class, name).fill(Map.of("target", target, "kind", kind, "start", start()))
                .strip();
    }

    private String start() {
        return explanation.against()
                .map(other -> "One unit of relevance starts at &ldquo;" + text(explanation.target().label())
                        + "&rdquo;, and one with the other sign at &ldquo;" + text(other.label()) + "&rdquo;.")
                .orElse("The network's answer starts as one unit of relevance at this class.");
    }

    private String predictions() {
        StringBuilder rows = new StringBuilder();
        for (Prediction p : explanation.top(top)) {
            boolean explained = p.equals(explanation.target());
            rows.append(explained ? "<tr class=\"explained\">" : "<tr>").append("<th scope=\"row\">")
                    .append(text(p.label()))
                    .append(explained ? " (explained)" : "").append("</th><td class=\"number\">")
                    .append(percent(p.probability()))
                    .append("</td><td class=\"graph\"><span class=\"bar\" style=\"width: ")
                    .append(String.format(Locale.ROOT, "%.1f", 100 * p.probability()))
                    .append("%\"></span></td><td class=\"number\">").append(number(p.logit())).append("</td></tr>\n");
        }
        return rows.toString();
    }

    private String books() {
        if (!explanation.preset().isDecomposition()) {
            return "<p>A gradient distributes nothing, so there are no books to balance.</p>";
        }
        return Books.table("pixels of the picture" + (explanation.together() > 1
                ? "s, of all " + explanation.together() + " that were computed together"
                : ""),
                explanation.against().isPresent() ? "started at both classes, 1 - 1" : "started at the class",
                explanation.conservation());
    }

    private String ledger() {
        if (!explanation.preset().isDecomposition()) {
            return "";
        }
        return "<figure>" + Html.image(pictures.ledger(),
                "Above: the seed and what each account took of it. Below: what is left of it, layer by layer",
                LedgerPicture.WIDTH, LedgerPicture.height(explanation.ledger()))
                + "<figcaption><strong>The books</strong>: what each"
                + " account took of the relevance, and what was left of it from the output to the input."
                + "</figcaption></figure>\n" + worst();
    }

    private String worst() {
        StringBuilder rows = new StringBuilder();
        for (Leak leak : explanation.ledger().worst(LedgerDocument.WORST)) {
            rows.append("<tr><td>").append(leak.entry().index()).append("</td><td>").append(text(leak.entry().name()))
                    .append("</td><td class=\"rule\">").append(text(leak.entry().rule().describe()))
                    .append("</td><td class=\"number\">").append(number(leak.entry().in()))
                    .append("</td><td class=\"number\">").append(number(leak.amount())).append("</td><td>")
                    .append(text(leak.sink().label())).append("</td></tr>\n");
        }
        return Template.of(HtmlReport.class, "leaks.html").fill(Map.of("rows", rows.toString()));
    }

    private String facts() {
        Explanation e = explanation;
        PromiseStatistics promises = e.plan().statistics();
        String parameters = String.format(Locale.ROOT, "%,d parameters", e.model().parameterCount());
        return row("network",
                e.model().network().name() + ", " + parameters + (e.model().folded() ? ", batch norms folded" : ""))
                + row("weights", e.model().weights())
                + row("picture",
                        e.picture().source() + ", " + e.picture().image().width() + " x "
                                + e.picture().image().height())
                + row("rules", e.preset() + ": " + e.preset().description())
                + row("kernels", e.kernels())
                + row("graph",
                        promises.nodes() + " nodes, " + promises.promises() + " Promises at " + promises.origins()
                                + " origins, " + promises.internalNodes() + " internal nodes, depth sum "
                                + promises.depthSum())
                + row("time",
                        String.format(Locale.ROOT, "picture %.3f s, forward %.3f s, relevance %.3f s",
                                e.timings().input(),
                                e.timings().forward(), e.timings().relevance()));
    }

    private String audit() {
        StringBuilder rows = new StringBuilder();
        for (RelevancePlan.Step step : explanation.plan().audit()) {
            rows.append("<tr><td>").append(step.index()).append("</td><td>").append(text(step.node()))
                    .append("</td><td class=\"rule\">").append(text(step.rule())).append("</td><td>")
                    .append(text(step.reason()))
                    .append("</td><td>").append(text(step.role())).append("</td></tr>\n");
        }
        return rows.toString();
    }
}
