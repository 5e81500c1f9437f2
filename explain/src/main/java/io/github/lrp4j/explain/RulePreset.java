package io.github.lrp4j.explain;

import io.github.lrp4j.lrp.Presets;
import io.github.lrp4j.lrp.RuleTable;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.image.ImagePreprocessing;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Rule tables by name, and how what they give is read. */
public enum RulePreset {
    /** {@link Presets#dynamicLrp}. */
    DYNAMIC_LRP("dynamic-lrp", "DynamicLRP's defaults: epsilon for products, proportional shares for sums"),
    /** {@link Presets#dynamicLrpGamma} with the paper's values for VGG. */
    DYNAMIC_LRP_GAMMA("dynamic-lrp-gamma", "DynamicLRP with gamma 100 for convolutions and 1 for linear layers"),
    /** {@link Presets#epsilonPlus}. */
    EPSILON_PLUS("epsilon-plus", "z-plus for convolutions, epsilon for linear layers"),
    /** {@link Presets#epsilonGammaBox} within the values that a pixel can have. */
    EPSILON_GAMMA_BOX("epsilon-gamma-box",
            "z-box for the first convolution, gamma 0.25 for the others, epsilon for linear layers"),
    /** {@link Presets#compositeLrp} within the values that a pixel can have. */
    COMPOSITE_LRP("composite-lrp",
            "z-box for the first convolution, gamma 0.25 for the lower half of the others, epsilon 0.25 "
                    + "for the upper half, epsilon for linear layers"),
    /** {@link Presets#epsilonAlpha2Beta1}. */
    EPSILON_ALPHA2_BETA1("epsilon-alpha2-beta1", "alpha 2 beta 1 for convolutions, epsilon for linear layers"),
    /** {@link Presets#epsilonPlusFlat}. */
    EPSILON_PLUS_FLAT("epsilon-plus-flat", "as epsilon-plus, and flat for the first layer"),
    /** {@link Presets#attnLrp}. */
    ATTN_LRP("attn-lrp",
            "AttnLRP: for transformers; products of activations share evenly, softmax by its Taylor expansion"),
    /** {@link Presets#attnLrpGamma} with 100 for convolutions. */
    ATTN_LRP_GAMMA("attn-lrp-gamma", "as attn-lrp, with gamma 100 for convolutions: for vision transformers"),
    /** {@link Presets#conservativePropagation}. */
    CONSERVATIVE_PROPAGATION("conservative-propagation",
            "for transformers: attention probabilities and the deviations of norms count as constants"),
    /** {@link Presets#conservativePropagationGamma} with 100 for convolutions. */
    CONSERVATIVE_PROPAGATION_GAMMA("conservative-propagation-gamma",
            "as conservative-propagation, with gamma 100 for convolutions: for vision transformers"),
    /** {@link Presets#gradient}. */
    GRADIENT("gradient", "the gradient of the explained class; no decomposition"),
    /** {@link Presets#gradient}, times the input. */
    INPUT_X_GRADIENT("input-x-gradient", "the gradient times the normalised pixel; no decomposition");

    private final String label;
    private final String description;

    RulePreset(String label, String description) {
        this.label = label;
        this.description = description;
    }

    /** The rules for a network with this input. */
    public RuleTable table(ImagePreprocessing input) {
        return switch (this) {
            case DYNAMIC_LRP -> Presets.dynamicLrp();
            case DYNAMIC_LRP_GAMMA -> Presets.dynamicLrpGamma(100, 1);
            case EPSILON_PLUS -> Presets.epsilonPlus();
            case EPSILON_GAMMA_BOX -> Presets.epsilonGammaBox(values(input.lowest()), values(input.highest()));
            case COMPOSITE_LRP -> Presets.compositeLrp(values(input.lowest()), values(input.highest()));
            case EPSILON_ALPHA2_BETA1 -> Presets.epsilonAlpha2Beta1();
            case EPSILON_PLUS_FLAT -> Presets.epsilonPlusFlat();
            case ATTN_LRP -> Presets.attnLrp();
            case ATTN_LRP_GAMMA -> Presets.attnLrpGamma(100, 0);
            case CONSERVATIVE_PROPAGATION -> Presets.conservativePropagation();
            case CONSERVATIVE_PROPAGATION_GAMMA -> Presets.conservativePropagationGamma(100, 0);
            case GRADIENT, INPUT_X_GRADIENT -> Presets.gradient();
        };
    }

    private static List<Double> values(Tensor perChannel) {
        return Arrays.stream(perChannel.toDoubleArray()).boxed().toList();
    }

    /**
     * The rules for a model of text.
     *
     * @throws IllegalArgumentException if they are about pixels
     */
    public RuleTable table() {
        if (this == EPSILON_GAMMA_BOX || this == COMPOSITE_LRP) {
            throw new IllegalArgumentException(label + ": its z-box is about the values of pixels; a text has none");
        }
        return table(ImagePreprocessing.imageNet());
    }

    /** What suits a network of pictures: gamma for convolutions, {@link #ATTN_LRP} where there is attention. */
    public static RulePreset suiting(Network network) {
        return network.parameters().keySet().stream().anyMatch(key -> key.contains("attention"))
                ? ATTN_LRP
                : DYNAMIC_LRP_GAMMA;
    }

    /** The preset of this name. */
    public static Optional<RulePreset> named(String name) {
        return Arrays.stream(values()).filter(preset -> preset.label.equals(name)).findFirst();
    }

    /** What it does, in a few words. */
    public String description() {
        return description;
    }

    /** Whether relevance is distributed, so that its sum means something; gradients are no decomposition. */
    public boolean isDecomposition() {
        return this != GRADIENT && this != INPUT_X_GRADIENT;
    }

    /** Whether what it gives is to be multiplied by the input. */
    public boolean isTimesInput() {
        return this == INPUT_X_GRADIENT;
    }

    /** Its name: {@code epsilon-plus}. */
    @Override
    public String toString() {
        return label;
    }

    /** All names, one after another. */
    public static String known() {
        return Arrays.stream(values()).map(RulePreset::toString).collect(Collectors.joining(", "));
    }
}
