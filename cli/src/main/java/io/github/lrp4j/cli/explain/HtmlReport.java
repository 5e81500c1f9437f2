package io.github.lrp4j.cli.explain;

import static io.github.lrp4j.cli.explain.Html.number;
import static io.github.lrp4j.cli.explain.Html.percent;
import static io.github.lrp4j.cli.explain.Html.row;
import static io.github.lrp4j.cli.explain.Html.text;

import io.github.lrp4j.cli.console.Version;
import io.github.lrp4j.cli.picture.DivergingColors;
import io.github.lrp4j.cli.picture.HeatMap;
import io.github.lrp4j.cli.picture.Overlay;
import io.github.lrp4j.lrp.RelevancePlan;
import io.github.lrp4j.lrp.promise.PromiseStatistics;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/** An explanation as one HTML page that needs nothing else: no script, no font, no file beside it. */
final class HtmlReport {
    private final Explanation explanation;
    private final Pictures pictures;
    private final int top;

    HtmlReport(Explanation explanation, Pictures pictures, int top) {
        this.explanation = explanation;
        this.pictures = pictures;
        this.top = top;
    }

    /** The page. */
    String toHtml() {
        String title = explanation.model().network().name() + ": why " + explanation.target().label() + "?";
        return """
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>%s</title>
                <style>
                %s</style>
                </head>
                <body>
                <main>
                %s%s%s%s%s%s<footer>Made by lrp4j %s. The numbers of this page are in <code>summary.json</code>, the relevance of \
                every pixel in <code>relevance.safetensors</code>.</footer>
                </main>
                </body>
                </html>
                """.formatted(text(title), css(), head(), figures(), howToRead(), answers(), books(), details(),
                text(Version.NUMBER));
    }

    private static String css() {
        try (InputStream stream = HtmlReport.class.getResourceAsStream("report.css")) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String head() {
        Prediction target = explanation.target();
        Prediction said = explanation.predicted();
        boolean same = target.equals(said);
        String question = same
                ? "Which pixels made %s say &ldquo;%s&rdquo;?".formatted(text(explanation.model().network().name()), text(target.label()))
                : "Which pixels speak for &ldquo;%s&rdquo; in %s?".formatted(text(target.label()),
                        text(explanation.model().network().name()));
        String answer = "The network gives this picture a probability of %s for &ldquo;%s&rdquo;".formatted(
                percent(said.probability()), text(said.label()));
        String other = same ? "." : " and %s for &ldquo;%s&rdquo;, which is explained here.".formatted(percent(target.probability()),
                text(target.label()));
        String note = explanation.heatMap().notFinite() == 0 ? "" : """
                <p class="note"><strong>%d pixels have no finite relevance</strong> (yellow): these rules are ill-conditioned on this \
                network.</p>
                """.formatted(explanation.heatMap().notFinite());
        return "<h1>%s</h1>\n<p class=\"lead\">%s%s Picture: %s. Rules: %s.</p>\n%s".formatted(question, answer, other,
                text(explanation.picture().source()), text(explanation.preset().toString()), note);
    }

    private String figures() {
        Prediction target = explanation.target();
        String smoothing = Overlay.blur(explanation.seen().width(), explanation.seen().height()) > 0
                ? ", smoothed a little so that single pixels can be seen" : "";
        return """
                <div class="pictures">
                <figure>%s<figcaption><strong>What the network saw</strong>: %d &times; %d pixels of the picture.</figcaption></figure>
                <figure>%s<figcaption><strong>Heat map</strong>: the relevance of every pixel for &ldquo;%s&rdquo;.</figcaption></figure>
                <figure>%s<figcaption><strong>Both</strong>: the heat map over the grey picture%s.</figcaption></figure>
                </div>
                <div class="legend">
                <div class="scale" role="img" aria-label="Colour scale from dark blue over white to dark red" \
                style="background: linear-gradient(to right, %s)"></div>
                <div class="ends"><span>%s<br>speaks against it</span><span>0</span><span style="text-align: right">%s<br>speaks for \
                it</span></div>
                </div>
                """.formatted(pictures.image(pictures.seen(), "The picture as the network saw it"), explanation.seen().width(),
                explanation.seen().height(),
                pictures.image(pictures.heatMap(), "Heat map of the relevance: red pixels speak for " + target.label()
                        + ", blue ones against it"), text(target.label()),
                pictures.image(pictures.overlay(), "The heat map over the grey picture"), smoothing, DivergingColors.cssStops(),
                number(-explanation.heatMap().scale()), number(explanation.heatMap().scale()));
    }

    private String howToRead() {
        String meaning = explanation.preset().isDecomposition() ? """
                <p><strong>Red pixels spoke for &ldquo;%s&rdquo;, blue pixels against it, white pixels did not matter.</strong> \
                The network's answer starts as one unit of relevance at this class. Layer by layer, from the output back to the picture, each \
                neuron hands its relevance on to those that it got its value from, in proportion to what they contributed. What arrives at a \
                pixel is its share in the answer.</p>
                """.formatted(text(explanation.target().label())) : """
                <p><strong>Red and blue pixels are those whose change would change the score of &ldquo;%s&rdquo; most; white ones \
                would change nothing.</strong> This is a gradient, a measure of sensitivity. It is not a share in the answer, and its sum means \
                nothing.</p>
                """.formatted(text(explanation.target().label()));
        return """
                <h2>How to read this</h2>
                %s<p>The colour scale is the same for both signs. Its ends are the %sth percentile of the absolute relevance of the pixels; \
                the few pixels beyond are drawn like those at the end. A heat map shows what this network used, not what is true of \
                the picture: relevance on the background, or on a watermark, is a fault of the network and worth knowing.</p>
                """.formatted(meaning, String.format(Locale.ROOT, "%.1f", HeatMap.PERCENTILE));
    }

    private String answers() {
        StringBuilder rows = new StringBuilder();
        for (Prediction p : explanation.top(top)) {
            boolean explained = p.equals(explanation.target());
            rows.append("<tr%s><th scope=\"row\">%s%s</th><td class=\"number\">%s</td><td class=\"graph\"><span class=\"bar\" "
                    .formatted(explained ? " class=\"explained\"" : "", text(p.label()), explained ? " (explained)" : "",
                            percent(p.probability())));
            rows.append("style=\"width: %.1f%%\"></span></td><td class=\"number\">%s</td></tr>%n".formatted(100 * p.probability(),
                    number(p.logit())));
        }
        return """
                <div class="columns"><section>
                <h2>What the network said</h2>
                <table><caption>The most likely of %d classes</caption>
                <thead><tr><th scope="col">class</th><th scope="col">probability</th><th scope="col"></th><th scope="col">logit</th></tr>\
                </thead>
                <tbody>
                %s</tbody></table>
                </section>
                """.formatted(explanation.model().classes(), rows);
    }

    private String books() {
        Conservation books = explanation.conservation();
        if (!explanation.preset().isDecomposition()) {
            return "<section>\n<h2>Where the relevance went</h2>\n<p>A gradient distributes nothing, so there are no books to balance."
                    + "</p>\n</section></div>\n";
        }
        StringBuilder rows = new StringBuilder(row("pixels of the picture", number(books.inputs())));
        rows.append(row("biases of the network", number(books.biases())));
        if (books.weights() != 0) {
            rows.append(row("other parameters", number(books.weights())));
        }
        for (Map.Entry<String, Double> sink : books.sinks().entrySet()) {
            rows.append(row(sinkName(sink.getKey()), number(sink.getValue())));
        }
        rows.append(row("started at the class", number(books.seed())));
        return """
                <section>
                <h2>Where the relevance went</h2>
                <table><caption>Nothing is lost: the parts add up to what started, to %s</caption>
                <tbody>
                %s</tbody></table>
                </section></div>
                """.formatted(String.format(Locale.ROOT, "%.0e", Math.max(books.imbalance(), 1e-16)), rows);
    }

    private static String sinkName(String sink) {
        return switch (sink) {
            case "bias" -> "absorbed by biases within a rule";
            case "stabilizer" -> "taken by stabilisers and rounding";
            case "dropped" -> "dropped by a rule";
            case "created" -> "created by a rule (negative) ";
            default -> sink;
        };
    }

    private String details() {
        Explanation e = explanation;
        PromiseStatistics promises = e.plan().statistics();
        String facts = row("network", e.model().network().name() + ", " + String.format(Locale.ROOT, "%,d", e.model().parameterCount())
                + " parameters" + (e.model().folded() ? ", batch norms folded" : "")) + row("weights", e.model().weights())
                + row("picture", e.picture().source() + ", " + e.picture().image().width() + " x " + e.picture().image().height())
                + row("rules", e.preset() + ": " + e.preset().description()) + row("kernels", e.kernels())
                + row("graph", promises.nodes() + " nodes, " + promises.promises() + " Promises at " + promises.origins()
                        + " origins, " + promises.internalNodes() + " internal nodes, depth sum " + promises.depthSum())
                + row("time", String.format(Locale.ROOT, "picture %.3f s, forward %.3f s, relevance %.3f s", e.timings().input(),
                        e.timings().forward(), e.timings().relevance()));
        StringBuilder steps = new StringBuilder();
        for (RelevancePlan.Step step : e.plan().audit()) {
            steps.append("<tr><td>%d</td><td>%s</td><td class=\"rule\">%s</td><td>%s</td><td>%s</td></tr>%n".formatted(step.index(),
                    text(step.node()), text(step.rule()), text(step.reason()), text(step.role())));
        }
        return """
                <h2>How it was computed</h2>
                <table><tbody>
                %s</tbody></table>
                <details><summary>Which rule hit which node</summary>
                <div class="wide"><table><caption>In the order of the forward pass. Role: what the node is for the recovery of \
                activations that the forward pass did not keep (Promises)</caption>
                <thead><tr><th scope="col">#</th><th scope="col">node</th><th scope="col">rule</th><th scope="col">chosen by</th>\
                <th scope="col">role</th></tr></thead>
                <tbody>
                %s</tbody></table></div>
                </details>
                """.formatted(facts, steps);
    }
}
