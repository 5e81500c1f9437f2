package io.github.lrp4j.evaluate.attribution;

import io.github.lrp4j.evaluate.Attribution;
import io.github.lrp4j.evaluate.Batch;
import io.github.lrp4j.evaluate.Classifier.Recorded;
import io.github.lrp4j.explain.RulePreset;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.Relevance;
import io.github.lrp4j.lrp.RuleTable;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.image.ImagePreprocessing;

/**
 * {@code R = LRP(f, x, t)} by a rule table, started with 1 at the target; of a table in gradient form times x (Bach et
 * al. 2015, doi 10.1371/journal.pone.0130140).
 */
public final class LrpAttribution implements Attribution {
    private final String name;
    private final Lrp lrp;
    private final boolean timesInput;

    /**
     * Propagation by these rules.
     *
     * @param timesInput whether what arrives at the input is to be multiplied by it: {@code
     *     Presets.attnLrpAsGradient()}
     */
    public LrpAttribution(String name, RuleTable rules, boolean timesInput) {
        this.name = name;
        this.lrp = Lrp.with(rules);
        this.timesInput = timesInput;
    }

    /** A rule table whose relevance is what arrives at the input. */
    public LrpAttribution(String name, RuleTable rules) {
        this(name, rules, false);
    }

    /** One of the presets, for pictures that were normalised in this way. */
    public static LrpAttribution of(RulePreset preset, ImagePreprocessing input) {
        return new LrpAttribution(preset.toString(), preset.table(input), preset.isTimesInput());
    }

    @Override
    public String name() {
        return name;
    }

    /** The rules. */
    public RuleTable rules() {
        return lrp.rules();
    }

    @Override
    public Tensor of(Batch batch) {
        Recorded recorded = batch.record();
        Relevance relevance = lrp.only(recorded.input()).explain(recorded.logits(), batch.seed());
        Tensor result = timesInput ? relevance.timesValue(recorded.input()) : relevance.of(recorded.input());
        recorded.free();
        return result;
    }
}
