package io.github.lrp4j.cli.evaluate;

import io.github.lrp4j.cli.console.OutputFolder;
import io.github.lrp4j.evaluate.perturbation.Score;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an evaluation found, and its files.
 *
 * @param counts what became of the inputs, where some were skipped
 * @param measured all numbers
 * @param curves of the methods that have any
 * @param shown inputs with their heat maps
 */
record Findings(Map<String, Long> counts, List<Measured> measured, List<MethodResult> curves, List<Example> shown) {
    /**
     * Writes tables, plots and page.
     *
     * @param inputs what was explained: {@code pictures}
     * @param meaning what the numbers mean
     * @param inPercent whether shares are shown in percent
     */
    void write(OutputFolder folder, Configuration configuration, String inputs, String meaning, boolean inPercent) {
        Map<String, byte[]> plots = new LinkedHashMap<>();
        for (Score score : Score.values()) {
            if (!curves.isEmpty() && curves.stream().allMatch(result -> result.curves().containsKey(score))) {
                byte[] png = CurvePlot.png(score, curves);
                plots.put(MethodResult.name(score), png);
                folder.add("curves-" + MethodResult.name(score) + ".png", png);
            }
        }
        folder.add("results.csv", ResultFiles.csv(measured));
        folder.add("results.json", ResultFiles.json(configuration, counts, measured, curves));
        folder.add("report.html",
                new EvaluationPage(configuration, inputs, meaning, measured, inPercent, plots, shown).toHtml());
    }
}
