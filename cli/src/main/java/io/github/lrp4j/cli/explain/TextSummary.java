package io.github.lrp4j.cli.explain;

import io.github.lrp4j.cli.console.Version;
import io.github.lrp4j.explain.Conservation;
import io.github.lrp4j.explain.TextExplanation;
import io.github.lrp4j.explain.Timings;
import io.github.lrp4j.lrp.RelevancePlan;
import io.github.lrp4j.lrp.promise.PromiseStatistics;

/**
 * What was computed, of a text or of many, as {@code summary.json}; the relevance itself stands beside it.
 *
 * @param lrp4j version
 * @param model the model
 * @param rules the rules
 * @param kernels what computed
 * @param run the texts
 * @param conservation where the relevance went; null where there are many texts
 * @param promises Promises of the graph; null where there are many texts, or nothing was explained
 * @param seconds per phase; null where there are many texts
 */
record TextSummary(String lrp4j, ModelFacts model, Summary.Rules rules, String kernels, Run run,
        Conservation conservation, PromiseStatistics promises, Timings seconds) {
    /** The model. */
    record ModelFacts(String name, String source, long parameters, int unusedTensors) {
    }

    /** The texts. */
    record Run(long texts, double seconds, double textsPerSecond) {
    }

    private static TextSummary of(TextContext context, Run run, Conservation conservation, PromiseStatistics promises,
            Timings seconds) {
        return new TextSummary(Version.NUMBER,
                new ModelFacts(context.model().model().name(), context.model().source(),
                        context.model().parameterCount(),
                        context.model().model().unused().size()),
                Summary.Rules.of(context.preset(), context.rules()), context.kernels(), run, conservation, promises,
                seconds);
    }

    /** Of one text. */
    static TextSummary of(TextContext context, TextExplanation e) {
        double seconds = e.timings().total();
        return of(context, new Run(1, seconds, 1 / seconds), e.conservation(),
                e.plan().map(RelevancePlan::statistics).orElse(null), e.timings());
    }

    /** Of many texts. */
    static TextSummary of(TextContext context, long texts, double seconds) {
        return of(context, new Run(texts, seconds, texts / seconds), null, null, null);
    }
}
