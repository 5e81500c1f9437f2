package io.github.lrp4j.lrp.golden;

import static io.github.lrp4j.lrp.Selector.every;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.lrp4j.autograd.Additive;
import io.github.lrp4j.autograd.Attention;
import io.github.lrp4j.autograd.Linear;
import io.github.lrp4j.autograd.op.AdaptiveAvgPool;
import io.github.lrp4j.autograd.op.AddBias;
import io.github.lrp4j.autograd.op.AvgPool;
import io.github.lrp4j.autograd.op.Elementwise;
import io.github.lrp4j.autograd.op.LayerNorm;
import io.github.lrp4j.autograd.op.MatMul;
import io.github.lrp4j.autograd.op.Mean;
import io.github.lrp4j.autograd.op.Mul;
import io.github.lrp4j.autograd.op.Softmax;
import io.github.lrp4j.autograd.op.Sub;
import io.github.lrp4j.lrp.Rule;
import io.github.lrp4j.lrp.RuleTable;
import io.github.lrp4j.lrp.rule.AbsorbBias;
import io.github.lrp4j.lrp.rule.AlphaBeta;
import io.github.lrp4j.lrp.rule.Epsilon;
import io.github.lrp4j.lrp.rule.Factors;
import io.github.lrp4j.lrp.rule.Flat;
import io.github.lrp4j.lrp.rule.FusedAttention;
import io.github.lrp4j.lrp.rule.FusedAttention.Probabilities;
import io.github.lrp4j.lrp.rule.Gamma;
import io.github.lrp4j.lrp.rule.ImplicitIdentity;
import io.github.lrp4j.lrp.rule.Norm;
import io.github.lrp4j.lrp.rule.NormWithConstantDeviation;
import io.github.lrp4j.lrp.rule.SoftmaxTaylor;
import io.github.lrp4j.lrp.rule.Stabilizer;
import io.github.lrp4j.lrp.rule.Uniform;
import io.github.lrp4j.lrp.rule.WSquare;
import io.github.lrp4j.lrp.rule.ZBox;
import io.github.lrp4j.lrp.rule.ZPlus;
import io.github.lrp4j.tensor.testing.GoldenCase;

/** Each rule case of the reference data, said as a short rule table. */
final class RuleCaseTable {
    private static final double DYNAMIC = 1e-11;

    private RuleCaseTable() {
    }

    /**
     * @param cellsPerOutput how many input cells an output averages, if it does: a stabiliser of the mean is one of the sum
     */
    static RuleTable of(GoldenCase golden, double cellsPerOutput) {
        String formula = golden.json().get("formula").asText();
        JsonNode args = golden.args();
        return switch (golden.json().get("family").asText()) {
            case "zennit" -> zennit(formula, args);
            case "attnlrp" -> attnLrp(formula, args, cellsPerOutput);
            case "paper" -> paper();
            default -> dynamicLrp(golden.op(), formula, args.path("engine_options"));
        };
    }

    /** Module level: biases inside z, one rule for the layer. */
    private static RuleTable zennit(String formula, JsonNode args) {
        double eps = args.path("stabilizer").asDouble(1e-6);
        Norm norm = new Norm(eps);
        return RuleTable.of(every(AddBias.class).use(new AbsorbBias()),
                every(Linear.class).use(zennitLinear(formula, args, eps)),
                every(Additive.class).use(norm), every(AvgPool.class).use(norm),
                every(AdaptiveAvgPool.class).use(norm));
    }

    private static Rule zennitLinear(String formula, JsonNode args, double eps) {
        if (args.has("epsilon")) {
            return new Epsilon(args.get("epsilon").asDouble());
        }
        if (args.has("alpha")) {
            return new AlphaBeta(args.get("alpha").asDouble(), args.get("beta").asDouble(), eps);
        }
        if (args.has("gamma")) {
            return new Gamma(args.get("gamma").asDouble(), eps, Gamma.AtZero.NOTHING, Factors.ACTIVATIONS);
        }
        if (args.has("low")) {
            return new ZBox(args.get("low").asDouble(), args.get("high").asDouble(), eps);
        }
        if (formula.startsWith("v=w^2")) {
            return new WSquare(eps);
        }
        return formula.startsWith("all weights replaced by 1") ? new Flat(eps) : new AlphaBeta(1, 0, eps);
    }

    /** LXT: plain stabilisers, halved products, the softmax rule. */
    private static RuleTable attnLrp(String formula, JsonNode args, double cellsPerOutput) {
        Stabilizer eps = Stabilizer.plain(args.path("epsilon").asDouble(1e-6));
        Norm mean = new Norm(Stabilizer.plain(eps.epsilon() / cellsPerOutput));
        RuleTable table = RuleTable.of(every(Mean.class).use(mean), every(AddBias.class).use(new AbsorbBias()),
                every(Mul.class).use(new Uniform()),
                every(Additive.class).use(new Norm(eps)),
                every(MatMul.class)
                        .use(new Epsilon(args.has("scale") ? Stabilizer.plain(1e-8) : eps, Factors.ACTIVATIONS)),
                every(Softmax.class).use(new SoftmaxTaylor()),
                every(Attention.class).use(new FusedAttention(Stabilizer.plain(1e-8), Probabilities.TAYLOR)),
                every(LayerNorm.class).use(new NormWithConstantDeviation(Stabilizer.plain(1e-6))));
        boolean gradientTimesInput = formula.startsWith("gradient-times-input");
        return gradientTimesInput ? table.prepend(every(Elementwise.class).use(new ImplicitIdentity(1e-10))) : table;
    }

    private static RuleTable paper() {
        return RuleTable.of(every(Softmax.class).use(new SoftmaxTaylor()),
                every(Attention.class).use(new FusedAttention(Stabilizer.signed(DYNAMIC), Probabilities.TAYLOR)),
                every(Linear.class).use(new ZPlus(DYNAMIC, ZPlus.Denominator.CLAMPED, Factors.COPIES)));
    }

    /** The published engine: full copies to both factors unless its bilinear option is on. */
    private static RuleTable dynamicLrp(String op, String formula, JsonNode options) {
        boolean conv = op.startsWith("conv");
        Rule linear = new Epsilon(Stabilizer.signed(DYNAMIC),
                options.path("use_bilinear_mm").asBoolean() ? Factors.ACTIVATIONS : Factors.COPIES);
        if (options.path("use_gamma").asBoolean()) {
            double gamma = options.get(conv ? "conv_gamma" : "mm_gamma").asDouble();
            linear = new Gamma(gamma, DYNAMIC, Gamma.AtZero.NEGATIVE, Factors.COPIES);
        } else if (options.path("use_z_plus").asBoolean()) {
            linear = new ZPlus(DYNAMIC, conv ? ZPlus.Denominator.UNCLAMPED : ZPlus.Denominator.CLAMPED, Factors.COPIES);
        }
        Rule attention = options.path("use_attn_lrp").asBoolean()
                ? new PublishedAttention(DYNAMIC)
                : new FusedAttention(Stabilizer.signed(DYNAMIC), Probabilities.DROPPED);
        RuleTable table = RuleTable.of(every(Linear.class).use(linear),
                every(Softmax.class).use(new PublishedSoftmax()), every(Attention.class).use(attention));
        boolean fallback = formula.startsWith("no dedicated rule");
        return fallback ? table.prepend(every(Sub.class).use(new Uniform())) : table;
    }
}
