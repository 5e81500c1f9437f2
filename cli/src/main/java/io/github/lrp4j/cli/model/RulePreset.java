package io.github.lrp4j.cli.model;

import io.github.lrp4j.lrp.Presets;
import io.github.lrp4j.lrp.RuleTable;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.image.ImagePreprocessing;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine;

/** The rule tables that have a name on the command line. */
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
    /** {@link Presets#epsilonAlpha2Beta1}. */
    EPSILON_ALPHA2_BETA1("epsilon-alpha2-beta1", "alpha 2 beta 1 for convolutions, epsilon for linear layers"),
    /** {@link Presets#epsilonPlusFlat}. */
    EPSILON_PLUS_FLAT("epsilon-plus-flat", "as epsilon-plus, and flat for the first layer"),
    /** {@link Presets#attnLrp}. */
    ATTN_LRP("attn-lrp",
            "AttnLRP: for transformers; products of activations share evenly, softmax by its Taylor expansion"),
    /** {@link Presets#conservativePropagation}. */
    CONSERVATIVE_PROPAGATION("conservative-propagation",
            "for transformers: attention probabilities and the deviations of norms count as constants"),
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
            case EPSILON_ALPHA2_BETA1 -> Presets.epsilonAlpha2Beta1();
            case EPSILON_PLUS_FLAT -> Presets.epsilonPlusFlat();
            case ATTN_LRP -> Presets.attnLrp();
            case CONSERVATIVE_PROPAGATION -> Presets.conservativePropagation();
            case GRADIENT, INPUT_X_GRADIENT -> Presets.gradient();
        };
    }

    private static List<Double> values(Tensor perChannel) {
        return Arrays.stream(perChannel.toDoubleArray()).boxed().toList();
    }

    /** What it does, in a few words. */
    public String description() {
        return description;
    }

    /** Whether relevance is distributed, so that its sum means something; gradients are no decomposition. */
    public boolean isDecomposition() {
        return this != GRADIENT && this != INPUT_X_GRADIENT;
    }

    /** Its name on the command line. */
    @Override
    public String toString() {
        return label;
    }

    /** All names, one after another. */
    public static String known() {
        return Arrays.stream(values()).map(RulePreset::toString).collect(Collectors.joining(", "));
    }

    /** From the name on the command line. */
    public static final class Converter implements CommandLine.ITypeConverter<RulePreset> {
        @Override
        public RulePreset convert(String name) {
            return Arrays.stream(values()).filter(preset -> preset.label.equals(name)).findFirst()
                    .orElseThrow(() -> new CommandLine.TypeConversionException(
                            "unknown preset '" + name + "'; known: " + known()));
        }
    }

    /** The names, for shell completion. */
    public static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(values()).map(RulePreset::toString).iterator();
        }
    }
}
