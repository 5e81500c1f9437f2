package io.github.lrp4j.cli.explain;

import io.github.lrp4j.explain.Prediction;
import static io.github.lrp4j.explain.picture.Html.percent;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** An explanation in a few lines for the screen. */
final class ExplanationTable {
    private ExplanationTable() {
    }

    static String of(Explanation e, int top, List<Path> files) {
        StringBuilder table = new StringBuilder();
        line(table, "picture",
                e.picture().source() + ", " + e.picture().image().width() + " x " + e.picture().image().height());
        line(table, "network",
                e.model().network().name() + ", " + String.format(Locale.ROOT, "%,d", e.model().parameterCount())
                        + " parameters" + (e.model().folded() ? ", batch norms folded" : ""));
        line(table, "rules", e.preset() + ": " + e.preset().description());
        String name = "says";
        for (Prediction p : e.top(top)) {
            line(table, name, String.format("%9s  %s%s", percent(p.probability()), p.label(),
                    mark(e, p)));
            name = "";
        }
        if (e.preset().isDecomposition()) {
            line(table, "relevance", Books.line("pixels", e.conservation()));
        }
        if (e.heatMap().notFinite() > 0) {
            line(table, "warning",
                    e.heatMap().notFinite() + " pixels have no finite relevance: these rules are ill-conditioned here");
        }
        e.warning().ifPresent(where -> line(table, "warning", "not all relevance is finite: " + where));
        line(table, "time", String.format(Locale.ROOT, "forward %.2f s, relevance %.2f s (%s)", e.timings().forward(),
                e.timings().relevance(), e.kernels()));
        name = "written";
        for (Path file : files.reversed()) {
            line(table, name, file.toString());
            name = "";
        }
        return table.toString();
    }

    private static String mark(Explanation e, Prediction p) {
        if (p.equals(e.target())) {
            return "  <- explained";
        }
        return e.against().filter(p::equals).isPresent() ? "  <- against this" : "";
    }

    private static void line(StringBuilder table, String name, String text) {
        table.append(String.format("%-10s %s%n", name, text));
    }
}
