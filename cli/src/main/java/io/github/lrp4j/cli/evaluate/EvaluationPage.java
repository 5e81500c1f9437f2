package io.github.lrp4j.cli.evaluate;

import static io.github.lrp4j.explain.picture.Html.row;
import static io.github.lrp4j.explain.picture.Html.text;

import io.github.lrp4j.cli.console.Template;
import io.github.lrp4j.cli.console.Version;
import io.github.lrp4j.explain.picture.DivergingColors;
import io.github.lrp4j.explain.picture.Html;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Results as one HTML page that needs nothing else: no font, no file beside it, one small script that sorts the table.
 *
 * @param configuration what was measured
 * @param things what was explained: pictures or questions
 * @param meaning what the columns mean
 * @param measured all numbers
 * @param percent whether they are shown in percent
 * @param plots pictures of curves, as PNG files, by what they show
 * @param examples inputs with their heat maps
 */
record EvaluationPage(Configuration configuration, String things, String meaning, List<Measured> measured,
        boolean percent, Map<String, byte[]> plots, List<Example> examples) {
    /** The page. */
    String toHtml() {
        Map<String, String> values = new HashMap<>();
        values.put("css", Template.css().fill(Map.of("stops", DivergingColors.cssStops())));
        values.put("model", text(configuration.settings().getOrDefault("model", "the model")));
        values.put("data", text(configuration.settings().getOrDefault("data", "the data")));
        values.put("count", configuration.settings().getOrDefault("inputs", ""));
        values.put("things", things);
        values.put("meaning", text(meaning));
        values.put("level", level());
        values.put("table", table());
        values.put("curves", curves());
        values.put("examples", examples.isEmpty() ? "" : maps());
        StringBuilder facts = new StringBuilder();
        configuration.settings().forEach((name, value) -> facts.append(row(name, value)));
        values.put("facts", facts.toString());
        values.put("version", text(Version.NUMBER));
        return Template.of(EvaluationPage.class, "evaluation.html").fill(values);
    }

    private String level() {
        return String.format(Locale.ROOT, "%s %%", trimmed(100
                * Double.parseDouble(configuration.settings().getOrDefault("confidence", "0.95"))));
    }

    private static String trimmed(double number) {
        String written = String.format(Locale.ROOT, "%.3f", number);
        return written.replaceAll("\\.?0+$", "");
    }

    private String table() {
        List<String> columns = measured.stream().map(Measured::column).distinct().toList();
        StringBuilder table = new StringBuilder("<table id=\"results\">\n<thead><tr>");
        table.append("<th scope=\"col\" class=\"sortable\">method</th>");
        for (String column : columns) {
            table.append("<th scope=\"col\" class=\"sortable number\">").append(text(column)).append("</th>");
        }
        table.append("<th scope=\"col\" class=\"sortable number\">").append(text(things)).append("</th>");
        table.append("</tr></thead>\n<tbody>\n");
        for (String method : measured.stream().map(Measured::method).distinct().toList()) {
            table.append("<tr><th scope=\"row\">").append(text(method)).append("</th>");
            for (String column : columns) {
                Optional<Measured> found = ResultTable.find(measured, method, column);
                table.append("<td class=\"number\" data-value=\"").append(found.map(m -> "" + m.mean()).orElse(""))
                        .append("\">").append(found.map(this::shown).orElse("&ndash;")).append("</td>");
            }
            int count =
                    measured.stream().filter(m -> m.method().equals(method)).mapToInt(m -> m.estimate().count()).max()
                            .orElse(0);
            table.append("<td class=\"number\" data-value=\"").append(count).append("\">").append(count)
                    .append("</td></tr>\n");
        }
        return table.append("</tbody>\n</table>").toString();
    }

    private String shown(Measured m) {
        double half = m.estimate().normal().half();
        return percent
                ? String.format(Locale.ROOT, "%.2f <span class=\"soft\">&plusmn; %.2f</span>", 100 * m.mean(),
                        100 * half)
                : String.format(Locale.ROOT, "%.4f <span class=\"soft\">&plusmn; %.4f</span>", m.mean(), half);
    }

    private String curves() {
        StringBuilder figures = new StringBuilder();
        plots.forEach((name, png) -> figures.append("<h2>Curves of the ").append(text(name)).append("</h2>\n<figure>")
                .append(Html.image(png, "Mean " + name + " while pixels or tokens are replaced, per method",
                        CurvePlot.WIDTH, CurvePlot.HEIGHT))
                .append("<figcaption>Solid: the most relevant first (MoRF); a faithful method falls at once. Dashed: the"
                        + " least relevant first (LeRF); a faithful method stays up.</figcaption></figure>\n"));
        return figures.toString();
    }

    private String maps() {
        boolean isShown = examples.stream().anyMatch(example -> !example.shown().isEmpty());
        StringBuilder maps = new StringBuilder("<h2>Heat maps</h2>\n<p>Red speaks for what the model says, blue against"
                + " it; each map has its own scale.</p>\n<div class=\"maps\">\n<table>\n<thead><tr><th></th>")
                .append(isShown ? "<th>picture</th>" : "");
        List<String> methods =
                examples.stream().flatMap(example -> example.maps().keySet().stream()).distinct().toList();
        methods.forEach(method -> maps.append("<th>").append(text(method)).append("</th>"));
        maps.append("</tr></thead>\n<tbody>\n");
        for (Example example : examples) {
            maps.append("<tr><th scope=\"row\">").append(text(example.name())).append("<br>")
                    .append(text(example.said())).append("</th>")
                    .append(isShown ? "<td>" + example.shown() + "</td>" : "");
            for (String method : methods) {
                maps.append("<td>").append(example.maps().getOrDefault(method, "")).append("</td>");
            }
            maps.append("</tr>\n");
        }
        return maps.append("</tbody>\n</table>\n</div>").toString();
    }
}
