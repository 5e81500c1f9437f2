package io.github.lrp4j.cli.evaluate;

import io.github.lrp4j.cli.console.UserError;
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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** {@code name -> attribution}: what explains pictures, as the command line names it. */
final class Methods {
    private static final int SMOOTH_SAMPLES = 25;
    private static final double SMOOTH_NOISE = 0.15;
    private static final int INTEGRATION_STEPS = 32;
    private static final int EXPECTED_SAMPLES = 25;
    /** Occlusion windows along a side, as a patch of 16 has in 224 pixels. */
    private static final int WINDOWS = 14;

    private final Map<String, Supplier<Attribution>> known = new LinkedHashMap<>();
    private final List<String> suiting = new ArrayList<>();

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
    Methods(ImagePreprocessing input, boolean isAttentive, Baseline baseline, Supplier<Tensor> references, int batch,
            long seed) {
        for (RulePreset preset : RulePreset.values()) {
            if (preset.isDecomposition()) {
                add(preset.toString(), suits(preset, isAttentive), () -> LrpAttribution.of(preset, input));
            }
        }
        add("gradient", true, Gradient::new);
        add("saliency", true, Saliency::new);
        add("input-x-gradient", true, InputXGradient::new);
        add("smoothgrad", true, () -> new SmoothGrad(SMOOTH_SAMPLES, SMOOTH_NOISE, seed));
        add("integrated-gradients", true, () -> new IntegratedGradients(INTEGRATION_STEPS));
        add("expected-gradients", true, () -> new ExpectedGradients(references.get(), EXPECTED_SAMPLES, 0, seed));
        add("guided-backprop", true, GuidedBackprop::new);
        add("grad-cam", !isAttentive, GradCam::new);
        add("attention-rollout", isAttentive, AttentionRollout::new);
        int patch = Math.max(2, Math.ceilDiv(input.size(), WINDOWS));
        add("occlusion", true, () -> new Occlusion(patch, Math.max(1, patch / 2), baseline, batch));
        add("random", true, () -> new RandomRelevance(seed));
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

    private void add(String name, boolean suits, Supplier<Attribution> method) {
        known.put(name, method);
        if (suits) {
            suiting.add(name);
        }
    }

    /** The names of all methods that suit the network. */
    List<String> suiting() {
        return List.copyOf(suiting);
    }

    /**
     * The methods of these names, in their order.
     *
     * @throws UserError if there is none of a name, or one is there twice
     */
    Map<String, Attribution> named(List<String> names) {
        Map<String, Attribution> methods = new LinkedHashMap<>();
        for (String name : names) {
            Supplier<Attribution> method = known.get(name);
            Attribution attribution = method != null
                    ? method.get()
                    : GammaName.parse(name).map(gamma -> (Attribution) new LrpAttribution(name, gamma.table()))
                            .orElse(null);
            if (attribution == null) {
                throw UserError.usage("unknown method '" + name + "'; known: all, " + String.join(", ", known.keySet())
                        + ", and " + GammaName.FORM);
            }
            if (methods.put(name, attribution) != null) {
                throw UserError.usage("--methods names " + name + " twice");
            }
        }
        return methods;
    }
}
