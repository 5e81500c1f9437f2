package io.github.lrp4j.cli.explain;

import io.github.lrp4j.explain.Prediction;
import io.github.lrp4j.explain.RulePreset;
import io.github.lrp4j.explain.Conservation;
import io.github.lrp4j.explain.Timings;
import io.github.lrp4j.cli.console.Version;
import io.github.lrp4j.explain.picture.HeatMap;
import io.github.lrp4j.lrp.RuleTable;
import io.github.lrp4j.lrp.promise.PromiseStatistics;
import io.github.lrp4j.zoo.image.ImagePreprocessing;
import java.util.Arrays;
import java.util.List;

/**
 * An explanation as {@code summary.json}: everything but the pictures and the relevance itself. What the class is set
 * against is null where that is nothing.
 */
record Summary(String lrp4j, PictureFacts picture, ModelSummary model, Rules rules, String kernels,
        List<Prediction> predictions,
        Prediction target, Prediction against, RelevanceFacts relevance, Conservation conservation,
        PromiseStatistics promises,
        Timings seconds) {
    /** The picture. */
    record PictureFacts(String name, String source, int width, int height, int seenWidth, int seenHeight) {
    }

    /** The network. */
    record ModelSummary(String name, String weights, long parameters, int classes, boolean batchNormFolded,
            ImagePreprocessing preprocessing) {
    }

    /** The rules. */
    record Rules(String preset, String description, boolean decomposition, List<String> table) {
        static Rules of(RulePreset preset, RuleTable rules) {
            return new Rules(preset.toString(), preset.description(), preset.isDecomposition(),
                    rules.toString().lines().map(line -> line.replaceAll(" {2,}", "  ").strip()).toList());
        }
    }

    /** Numbers of the heat map. */
    record RelevanceFacts(List<Integer> shape, double sum, double positive, double negative, double min, double max,
            double scalePercentile, double scale, long notFinite) {
    }

    static Summary of(Explanation e, int top) {
        double[] values = e.relevance().toDoubleArray();
        HeatMap map = e.heatMap();
        return new Summary(Version.NUMBER,
                new PictureFacts(e.picture().name(), e.picture().source(), e.picture().image().width(),
                        e.picture().image().height(),
                        e.seen().width(), e.seen().height()),
                new ModelSummary(e.model().network().name(), e.model().weights(), e.model().parameterCount(),
                        e.model().classes(),
                        e.model().folded(), e.model().network().facts().preprocessing()),
                Rules.of(e.preset(), e.rules()),
                e.kernels(), e.top(top), e.target(), e.against().orElse(null),
                new RelevanceFacts(e.relevance().shape().toList(), Arrays.stream(values).sum(),
                        Arrays.stream(values).filter(v -> v > 0).sum(), Arrays.stream(values).filter(v -> v < 0).sum(),
                        Arrays.stream(values).min().orElse(0), Arrays.stream(values).max().orElse(0),
                        HeatMap.PERCENTILE, map.scale(),
                        map.notFinite()),
                e.conservation(), e.plan().statistics(), e.timings());
    }
}
