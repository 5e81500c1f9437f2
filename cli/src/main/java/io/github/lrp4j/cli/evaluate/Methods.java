package io.github.lrp4j.cli.evaluate;

import io.github.lrp4j.evaluate.Attribution;
import io.github.lrp4j.evaluate.attribution.AttentionRollout;
import io.github.lrp4j.evaluate.attribution.ExpectedGradients;
import io.github.lrp4j.evaluate.attribution.GradCam;
import io.github.lrp4j.evaluate.attribution.Gradient;
import io.github.lrp4j.evaluate.attribution.GuidedBackprop;
import io.github.lrp4j.evaluate.attribution.InputXGradient;
import io.github.lrp4j.evaluate.attribution.IntegratedGradients;
import io.github.lrp4j.evaluate.attribution.LrpAttribution;
import io.github.lrp4j.evaluate.attribution.Occlusion;
import io.github.lrp4j.evaluate.attribution.RandomRelevance;
import io.github.lrp4j.evaluate.attribution.Saliency;
import io.github.lrp4j.evaluate.attribution.SmoothGrad;
import io.github.lrp4j.evaluate.baseline.Baseline;
import io.github.lrp4j.explain.RulePreset;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.image.ImagePreprocessing;
import java.util.function.Supplier;

/** What explains pictures, as the command line names it. */
final class Methods {
    static final int SMOOTH_SAMPLES = 25;
    static final double SMOOTH_NOISE = 0.15;
    static final int INTEGRATION_STEPS = 32;
    static final int EXPECTED_SAMPLES = 25;
    /** Occlusion windows along a side, as a patch of 16 has in 224 pixels. */
    private static final int WINDOWS = 14;

    private Methods() {
    }

    /**
     * The methods for a network.
     *
     * @param input how pictures are prepared
     * @param isAttentive whether the network has attention
     * @param baseline what pictures are replaced by where their content shall be missing
     * @param references some pictures of the data, asked for where a method wants them
     * @param batch how many pictures are computed together
     * @param seed of what is drawn
     */
    static NamedMethods<Attribution> of(ImagePreprocessing input, boolean isAttentive, Baseline baseline,
            Supplier<Tensor> references, int batch, long seed) {
        NamedMethods<Attribution> methods = new NamedMethods<>("pictures", LrpAttribution::new);
        for (RulePreset preset : RulePreset.values()) {
            if (preset.isDecomposition()) {
                methods.add(preset.toString(), suits(preset, isAttentive), () -> LrpAttribution.of(preset, input));
            }
        }
        methods.add("gradient", true, Gradient::new);
        methods.add("saliency", true, Saliency::new);
        methods.add("input-x-gradient", true, InputXGradient::new);
        methods.add("smoothgrad", true, () -> new SmoothGrad(SMOOTH_SAMPLES, SMOOTH_NOISE, seed));
        methods.add("integrated-gradients", true, () -> new IntegratedGradients(INTEGRATION_STEPS));
        methods.add("expected-gradients", true, () -> new ExpectedGradients(references.get(), EXPECTED_SAMPLES, 0, seed));
        methods.add("guided-backprop", true, GuidedBackprop::new);
        methods.add("grad-cam", !isAttentive, GradCam::new);
        methods.add("attention-rollout", isAttentive, AttentionRollout::new);
        int patch = Math.max(2, Math.ceilDiv(input.size(), WINDOWS));
        methods.add("occlusion", true, () -> new Occlusion(patch, Math.max(1, patch / 2), baseline, batch));
        methods.add("random", true, () -> new RandomRelevance(seed));
        return methods;
    }

    /** Whether rules were made for networks with attention, or for those without. */
    private static boolean suits(RulePreset preset, boolean isAttentive) {
        return switch (preset) {
            case DYNAMIC_LRP, DYNAMIC_LRP_GAMMA, GRADIENT, INPUT_X_GRADIENT -> true;
            case ATTN_LRP, ATTN_LRP_GAMMA, CONSERVATIVE_PROPAGATION, CONSERVATIVE_PROPAGATION_GAMMA -> isAttentive;
            case COMPOSITE_LRP, EPSILON_PLUS, EPSILON_GAMMA_BOX, EPSILON_ALPHA2_BETA1, EPSILON_PLUS_FLAT ->
                !isAttentive;
        };
    }
}
