package io.github.lrp4j.evaluate.golden;

import static io.github.lrp4j.lrp.Selector.every;
import static io.github.lrp4j.lrp.Selector.scope;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.lrp4j.autograd.Attention;
import io.github.lrp4j.autograd.Op;
import io.github.lrp4j.autograd.op.Add;
import io.github.lrp4j.autograd.op.AddBias;
import io.github.lrp4j.autograd.op.Conv;
import io.github.lrp4j.autograd.op.Elementwise;
import io.github.lrp4j.autograd.op.LayerNorm;
import io.github.lrp4j.autograd.op.MatMul;
import io.github.lrp4j.autograd.op.Mul;
import io.github.lrp4j.lrp.DefaultRules;
import io.github.lrp4j.lrp.Presets;
import io.github.lrp4j.lrp.Rule;
import io.github.lrp4j.lrp.RuleTable;
import io.github.lrp4j.lrp.Selector;
import io.github.lrp4j.lrp.golden.PublishedAttention;
import io.github.lrp4j.lrp.rule.AbsorbBias;
import io.github.lrp4j.lrp.rule.Adjoint;
import io.github.lrp4j.lrp.rule.AlphaBeta;
import io.github.lrp4j.lrp.rule.DetachedDeviation;
import io.github.lrp4j.lrp.rule.Epsilon;
import io.github.lrp4j.lrp.rule.Factors;
import io.github.lrp4j.lrp.rule.FusedAttention;
import io.github.lrp4j.lrp.rule.FusedAttention.Probabilities;
import io.github.lrp4j.lrp.rule.Gamma;
import io.github.lrp4j.lrp.rule.HoldingConstant;
import io.github.lrp4j.lrp.rule.Identity;
import io.github.lrp4j.lrp.rule.ImplicitIdentity;
import io.github.lrp4j.lrp.rule.InGradientForm;
import io.github.lrp4j.lrp.rule.Stabilizer;
import io.github.lrp4j.lrp.rule.ZPlus;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The methods of the reference data about models as rule tables: presets where there is one, else a short table. */
public final class ModelMethods {
    private static final Pattern NUMBER = Pattern.compile("\\d+(?:\\.\\d+)?");

    private static final double ZENNIT = 1e-6;

    private ModelMethods() {
    }

    /** Whether the reference merges batch norm into the convolutions. */
    public static boolean folds(String method) {
        return method.startsWith("zennit");
    }

    /** Whether what arrives at the pixels is to be multiplied by them. */
    public static boolean isGradientForm(String method) {
        return method.startsWith("lxt");
    }

    /**
     * The rules of a method.
     *
     * @param text the case's own words about the method, which hold its constants
     * @param about what else the case says: {@code input_range}, and the words about other methods
     */
    public static RuleTable table(String method, String text, JsonNode about) {
        boolean transformer = about.at("/model/arch").asText().equals("vit");
        if (text.contains("Only conv_proj, the MLP and head linear layers carry a rule")
                || (transformer && text.contains("for the ViT: rules on conv_proj, MLP and head only"))) {
            return modulesOfTransformers(new Epsilon(ZENNIT), new AlphaBeta(1, 0, ZENNIT))
                    .prepend(every(Elementwise.class).use(new Identity()));
        }
        RuleTable table = conserving(method, text, about);
        // Zennit knows modules: sums and products between them are left to the gradient.
        return text.contains("Residual adds and the squeeze-excitation product carry no rule")
                ? table.prepend(every(Add.class).use(new Adjoint(false)), every(Mul.class).use(new Adjoint(false)))
                : table;
    }

    private static RuleTable conserving(String method, String text, JsonNode about) {
        return switch (method) {
            case "dynamiclrp_epsilon" -> dropping(Presets.dynamicLrp());
            case "dynamiclrp_gamma", "dynamiclrp_gamma_paper" ->
                dropping(Presets.dynamicLrpGamma(number(text, 0), number(text, 1)));
            case "dynamiclrp_gamma_convonly" -> dropping(Presets.dynamicLrpGamma(number(text, 0), 0));
            case "dynamiclrp_zplus" -> dropping(zPlus(ZPlus.Denominator.UNCLAMPED));
            case "paper_zplus" -> dropping(zPlus(ZPlus.Denominator.CLAMPED));
            case "dynamiclrp_attn" -> published(RuleTable.of(every(MatMul.class)
                    .use(new Epsilon(Stabilizer.signed(DefaultRules.EPSILON), Factors.HALVES))));
            case "dynamiclrp_attn_gamma" -> {
                String gammas = about.at("/relevances/relevance.dynamiclrp_gamma.b1/method").asText();
                yield published(Presets.dynamicLrpGamma(number(gammas, 0), number(gammas, 1)));
            }
            case "paper_attn" -> RuleTable.of(every(Attention.class).use(attention(Probabilities.TAYLOR)));
            case "zennit_epsilon_plus" -> Presets.epsilonPlus();
            case "zennit_epsilon_gamma_box" -> {
                JsonNode range = about.get("input_range");
                yield Presets.epsilonGammaBox(List.of(range.get(0).asDouble()), List.of(range.get(1).asDouble()));
            }
            case "zennit_epsilon_alpha2_beta1" -> Presets.epsilonAlpha2Beta1();
            case "zennit_epsilon_plus_flat" -> Presets.epsilonPlusFlat();
            default -> {
                if (!isGradientForm(method)) {
                    throw new IllegalStateException("no rule table for method " + method);
                }
                yield modulesOfTransformers(gamma(number(method, 1)), gamma(number(method, 0)))
                        .prepend(every(Elementwise.class).use(new ImplicitIdentity(1e-10)),
                                every(LayerNorm.class).use(new DetachedDeviation()), every(Attention.class)
                                        .use(new HoldingConstant(new Adjoint(false),
                                                List.of(Attention.QUERY, Attention.KEY))));
            }
        };
    }

    /**
     * Rules for the linear layers of the MLPs and the head, and for the convolution of a transformer; gradients
     * elsewhere.
     */
    private static RuleTable modulesOfTransformers(Rule linear, Rule conv) {
        Selector modules = scope("conv_proj").or(scope("**.mlp.*")).or(scope("heads.*"));
        return RuleTable.of(every(AddBias.class).and(modules).use(new AbsorbBias()),
                every(Conv.class).use(conv), every(MatMul.class).and(modules).use(linear),
                every(Op.class).use(new Adjoint(false)));
    }

    private static Rule gamma(double gamma) {
        return new InGradientForm(new Gamma(gamma, ZENNIT, Gamma.AtZero.NOTHING, Factors.ACTIVATIONS), 1e-10);
    }

    /** As published without its attention option: half of the relevance at attention goes nowhere. */
    private static RuleTable dropping(RuleTable table) {
        return table.prepend(every(Attention.class).use(attention(Probabilities.DROPPED)));
    }

    /** As published with its attention option. */
    private static RuleTable published(RuleTable table) {
        return table.prepend(every(Attention.class).use(new PublishedAttention(DefaultRules.EPSILON)));
    }

    private static Rule attention(Probabilities probabilities) {
        return new FusedAttention(Stabilizer.signed(DefaultRules.EPSILON), probabilities);
    }

    /**
     * As published, convolutions divide by the unclamped product, which does not conserve; the paper's formula clamps
     * it.
     */
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
