package io.github.lrp4j.cli.evaluate;

import io.github.lrp4j.lrp.Presets;
import io.github.lrp4j.lrp.RuleTable;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code PRESET:CONV:LINEAR}: a preset of the gamma rule with values of one's own.
 *
 * @param preset which
 * @param conv gamma of convolutions
 * @param linear gamma of linear layers
 */
record GammaName(Preset preset, double conv, double linear) {
    /** Presets that have gammas. */
    enum Preset {
        /** {@link Presets#dynamicLrpGamma}. */
        DYNAMIC_LRP_GAMMA,
        /** {@link Presets#attnLrpGamma}. */
        ATTN_LRP_GAMMA,
        /** {@link Presets#conservativePropagationGamma}. */
        CONSERVATIVE_PROPAGATION_GAMMA
    }

    /** How it is written. */
    static final String FORM =
            "dynamic-lrp-gamma, attn-lrp-gamma or conservative-propagation-gamma with gammas of one's own"
                    + " as NAME:CONV:LINEAR";

    private static final String NUMBER = "(\\d+(?:\\.\\d+)?(?:[eE]-?\\d+)?)";
    private static final Pattern PATTERN = Pattern.compile("([a-z-]+):" + NUMBER + ":" + NUMBER);

    /** The preset and gammas in a name; nothing if it is none of these names. */
    static Optional<GammaName> parse(String name) {
        Matcher matcher = PATTERN.matcher(name);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        for (Preset preset : Preset.values()) {
            if (MethodResult.name(preset).equals(matcher.group(1))) {
                return Optional.of(new GammaName(preset, Double.parseDouble(matcher.group(2)),
                        Double.parseDouble(matcher.group(3))));
            }
        }
        return Optional.empty();
    }

    /** The rules. */
    RuleTable table() {
        return switch (preset) {
            case DYNAMIC_LRP_GAMMA -> Presets.dynamicLrpGamma(conv, linear);
            case ATTN_LRP_GAMMA -> Presets.attnLrpGamma(conv, linear);
            case CONSERVATIVE_PROPAGATION_GAMMA -> Presets.conservativePropagationGamma(conv, linear);
        };
    }
}
