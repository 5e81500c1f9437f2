package io.github.lrp4j.cli.evaluate;

import io.github.lrp4j.evaluate.attribution.ExpectedGradients;
import io.github.lrp4j.evaluate.attribution.GuidedBackprop;
import io.github.lrp4j.evaluate.attribution.IntegratedGradients;
import io.github.lrp4j.evaluate.attribution.SmoothGrad;
import io.github.lrp4j.evaluate.attribution.TokenOcclusion;
import io.github.lrp4j.evaluate.text.EmbeddedTextAttribution;
import io.github.lrp4j.evaluate.text.LrpTextAttribution;
import io.github.lrp4j.evaluate.text.RandomTextAttribution;
import io.github.lrp4j.evaluate.text.TextAttribution;
import io.github.lrp4j.explain.RulePreset;
import java.util.List;

/** What explains texts, as the command line names it. */
final class TextMethods {
    /** The rest is about convolutions, which texts have none of. */
    private static final List<RulePreset> PRESETS = List.of(RulePreset.DYNAMIC_LRP, RulePreset.ATTN_LRP,
            RulePreset.CONSERVATIVE_PROPAGATION, RulePreset.GRADIENT, RulePreset.INPUT_X_GRADIENT);
    /** Texts that expected gradients start from. */
    private static final int REFERENCES = 8;

    private TextMethods() {
    }

    /**
     * The methods for a model.
     *
     * @param isEncoder whether the model is an encoder alone: attention rollout knows of no other
     * @param batch how many variants of a text are computed together
     * @param seed of what is drawn
     */
    static NamedMethods<TextAttribution> of(boolean isEncoder, int batch, long seed) {
        NamedMethods<TextAttribution> methods = new NamedMethods<>("texts", LrpTextAttribution::of);
        PRESETS.forEach(preset -> methods.add(preset.toString(), true, () -> LrpTextAttribution.of(preset)));
        methods.add("smoothgrad", true, () -> EmbeddedTextAttribution
                .of(new SmoothGrad(Methods.SMOOTH_SAMPLES, Methods.SMOOTH_NOISE, seed)));
        methods.add("integrated-gradients", true, () -> EmbeddedTextAttribution.of("integrated-gradients",
                text -> new IntegratedGradients(text.masked(), Methods.INTEGRATION_STEPS)));
        methods.add("expected-gradients", true, () -> EmbeddedTextAttribution.of("expected-gradients",
                text -> new ExpectedGradients(text.drawn(REFERENCES, seed), Methods.EXPECTED_SAMPLES, 0, seed)));
        methods.add("guided-backprop", true, () -> EmbeddedTextAttribution.of(new GuidedBackprop()));
        methods.add("attention-rollout", isEncoder, EmbeddedTextAttribution::rollout);
        methods.add("occlusion", true, () -> EmbeddedTextAttribution.of("occlusion",
                text -> new TokenOcclusion(text.masked(), batch)));
        methods.add("random", true, () -> new RandomTextAttribution(seed));
        return methods;
    }
}
