package io.github.lrp4j.cli.golden;

import static io.github.lrp4j.lrp.Selector.every;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.lrp4j.autograd.op.Add;
import io.github.lrp4j.autograd.op.Conv;
import io.github.lrp4j.autograd.op.MatMul;
import io.github.lrp4j.autograd.op.Mul;
import io.github.lrp4j.lrp.DefaultRules;
import io.github.lrp4j.lrp.Presets;
import io.github.lrp4j.lrp.RuleTable;
import io.github.lrp4j.lrp.rule.Adjoint;
import io.github.lrp4j.lrp.rule.Factors;
import io.github.lrp4j.lrp.rule.ZPlus;
import io.github.lrp4j.tensor.testing.GoldenCase;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The methods of the reference data's model cases as rule tables: presets where there is one, else a short table. */
final class ModelMethods {
    private static final Pattern NUMBER = Pattern.compile("\\d+(?:\\.\\d+)?");

    private ModelMethods() {
    }

    /** Whether the reference merges batch norm into the convolutions. */
    static boolean folds(String method) {
        return method.startsWith("zennit");
    }

    /** @param text the case's own words about the method, which hold its constants */
    static RuleTable table(String method, String text, GoldenCase golden) {
        RuleTable table = conserving(method, text, golden);
        // Zennit knows modules: sums and products between them are left to the gradient.
        return text.contains("Residual adds and the squeeze-excitation product carry no rule")
                ? table.prepend(every(Add.class).use(new Adjoint(false)), every(Mul.class).use(new Adjoint(false)))
                : table;
    }

    private static RuleTable conserving(String method, String text, GoldenCase golden) {
        return switch (method) {
            case "dynamiclrp_epsilon" -> Presets.dynamicLrp();
            case "dynamiclrp_gamma" -> Presets.dynamicLrpGamma(number(text, 0), number(text, 1));
            case "dynamiclrp_gamma_convonly" -> Presets.dynamicLrpGamma(number(text, 0), 0);
            case "dynamiclrp_zplus" -> zPlus(ZPlus.Denominator.UNCLAMPED);
            case "paper_zplus" -> zPlus(ZPlus.Denominator.CLAMPED);
            case "zennit_epsilon_plus" -> Presets.epsilonPlus();
            case "zennit_epsilon_gamma_box" -> {
                JsonNode range = golden.json().get("input_range");
                yield Presets.epsilonGammaBox(List.of(range.get(0).asDouble()), List.of(range.get(1).asDouble()));
            }
            case "zennit_epsilon_alpha2_beta1" -> Presets.epsilonAlpha2Beta1();
            case "zennit_epsilon_plus_flat" -> Presets.epsilonPlusFlat();
            default -> throw new IllegalStateException("no rule table for method " + method);
        };
    }

    /** As published, convolutions divide by the unclamped product, which does not conserve; the paper's formula clamps it. */
    private static RuleTable zPlus(ZPlus.Denominator ofConvolutions) {
        return RuleTable.of(
                every(Conv.class).use(new ZPlus(DefaultRules.EPSILON, ofConvolutions, Factors.ACTIVATIONS)),
                every(MatMul.class).use(new ZPlus(DefaultRules.EPSILON)));
    }

    private static double number(String text, int which) {
        Matcher matcher = NUMBER.matcher(text);
        for (int i = 0; i <= which; i++) {
            if (!matcher.find()) {
                throw new IllegalStateException("no number " + which + " in: " + text);
            }
        }
        return Double.parseDouble(matcher.group());
    }
}
