package io.github.lrp4j.bench;

import io.github.lrp4j.lrp.Presets;
import io.github.lrp4j.lrp.RuleTable;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** Every preset, with parameters from the literature. */
public enum Preset {
    /** The gradient, for comparison. */
    GRADIENT("gradient", Presets::gradient),
    /** DynamicLRP's defaults. */
    DYNAMIC_LRP("epsilon", Presets::dynamicLrp),
    /** DynamicLRP with the gamma of its pictures. */
    DYNAMIC_LRP_GAMMA("gamma", () -> Presets.dynamicLrpGamma(100, 1)),
    /** DynamicLRP with the gamma of its texts. */
    DYNAMIC_LRP_SMALL_GAMMA("small-gamma", () -> Presets.dynamicLrpGamma(0.001, 0.001)),
    /** Zennit's EpsilonPlus. */
    EPSILON_PLUS("epsilon-plus", Presets::epsilonPlus),
    /** Zennit's EpsilonPlusFlat. */
    EPSILON_PLUS_FLAT("epsilon-plus-flat", Presets::epsilonPlusFlat),
    /** Zennit's EpsilonAlpha2Beta1. */
    EPSILON_ALPHA2_BETA1("epsilon-alpha2-beta1", Presets::epsilonAlpha2Beta1),
    /** Zennit's EpsilonGammaBox. */
    EPSILON_GAMMA_BOX("epsilon-gamma-box", () -> Presets.epsilonGammaBox(List.of(-2.2), List.of(2.7))),
    /** The composite of Montavon et al. */
    COMPOSITE_LRP("composite-lrp", () -> Presets.compositeLrp(List.of(-2.2), List.of(2.7))),
    /** AttnLRP. */
    ATTN_LRP("attn-lrp", Presets::attnLrp),
    /** AttnLRP with gamma for convolutions. */
    ATTN_LRP_GAMMA("attn-lrp-gamma", () -> Presets.attnLrpGamma(100, 0)),
    /** AttnLRP in gradient-times-input form. */
    ATTN_LRP_AS_GRADIENT("attn-lrp-as-gradient", Presets::attnLrpAsGradient),
    /** Conservative propagation. */
    CONSERVATIVE("conservative", Presets::conservativePropagation),
    /** Conservative propagation with gamma for convolutions. */
    CONSERVATIVE_GAMMA("conservative-gamma", () -> Presets.conservativePropagationGamma(100, 0)),
    /** Conservative propagation in gradient-times-input form. */
    CONSERVATIVE_AS_GRADIENT("conservative-as-gradient", Presets::conservativePropagationAsGradient);

    private final String label;
    private final Supplier<RuleTable> table;

    Preset(String label, Supplier<RuleTable> table) {
        this.label = label;
        this.table = table;
    }

    /** As reports and arguments have it. */
    public String label() {
        return label;
    }

    /** The rules. */
    public RuleTable table() {
        return table.get();
    }

    /** The preset of that label. */
    public static Preset labelled(String label) {
        return Arrays.stream(values()).filter(preset -> preset.label.equals(label)).findFirst().orElseThrow(
                () -> new IllegalArgumentException("no preset " + label + " among "
                        + Arrays.stream(values()).map(Preset::label).toList()));
    }
}
