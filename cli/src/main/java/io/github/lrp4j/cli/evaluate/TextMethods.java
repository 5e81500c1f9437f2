package io.github.lrp4j.cli.evaluate;

import io.github.lrp4j.cli.console.UserError;
import io.github.lrp4j.evaluate.text.LrpTextAttribution;
import io.github.lrp4j.evaluate.text.RandomTextAttribution;
import io.github.lrp4j.evaluate.text.TextAttribution;
import io.github.lrp4j.explain.RulePreset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code name -> attribution}: what explains texts, as the command line names it. */
final class TextMethods {
    /** The rest is about convolutions, which texts have none of. */
    private static final List<RulePreset> SUITING = List.of(RulePreset.DYNAMIC_LRP, RulePreset.ATTN_LRP,
            RulePreset.CONSERVATIVE_PROPAGATION, RulePreset.GRADIENT, RulePreset.INPUT_X_GRADIENT);

    private TextMethods() {
    }

    /**
     * The methods of these names, in their order.
     *
     * @param names empty for all that suit
     * @param seed of what is drawn
     * @throws UserError if there is none of a name, or one is there twice
     */
    static Map<String, TextAttribution> named(List<String> names, long seed) {
        Map<String, TextAttribution> known = new LinkedHashMap<>();
        SUITING.forEach(preset -> known.put(preset.toString(), LrpTextAttribution.of(preset)));
        known.put("random", new RandomTextAttribution(seed));
        if (names.isEmpty()) {
            return known;
        }
        Map<String, TextAttribution> methods = new LinkedHashMap<>();
        for (String name : names) {
            TextAttribution attribution = known.containsKey(name)
                    ? known.get(name)
                    : GammaName.parse(name).map(gamma -> LrpTextAttribution.of(name, gamma.table()))
                            .orElse(null);
            if (attribution == null) {
                throw UserError.usage("unknown method '" + name + "' of texts; known: all, "
                        + String.join(", ", known.keySet()) + ", and " + GammaName.FORM);
            }
            if (methods.put(name, attribution) != null) {
                throw UserError.usage("--methods names " + name + " twice");
            }
        }
        return methods;
    }
}
