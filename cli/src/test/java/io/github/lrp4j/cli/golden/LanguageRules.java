package io.github.lrp4j.cli.golden;

import static io.github.lrp4j.lrp.Selector.every;
import static io.github.lrp4j.lrp.Selector.where;

import io.github.lrp4j.autograd.Attention;
import io.github.lrp4j.autograd.op.Conv;
import io.github.lrp4j.autograd.op.MatMul;
import io.github.lrp4j.autograd.op.Softmax;
import io.github.lrp4j.lrp.DefaultRules;
import io.github.lrp4j.lrp.Rule;
import io.github.lrp4j.lrp.RuleTable;
import io.github.lrp4j.lrp.rule.Epsilon;
import io.github.lrp4j.lrp.rule.Factors;
import io.github.lrp4j.lrp.rule.FusedAttention;
import io.github.lrp4j.lrp.rule.FusedAttention.Probabilities;
import io.github.lrp4j.lrp.rule.Gamma;
import io.github.lrp4j.lrp.rule.SoftmaxTaylor;
import io.github.lrp4j.lrp.rule.Stabilizer;

/** The configurations of the language reference data as rule tables: every product hands copies, or halves, to its factors. */
final class LanguageRules {
    private LanguageRules() {
    }

    /** @param config {@code eps}, {@code gamma001}, {@code gamma1}, {@code attn} or {@code attn_gamma1} */
    static RuleTable corrected(String config) {
        boolean halves = config.startsWith("attn");
        Factors factors = halves ? Factors.HALVES : Factors.COPIES;
        Rule product = new Epsilon(Stabilizer.signed(DefaultRules.EPSILON), factors);
        RuleTable table = RuleTable.of(every(MatMul.class).use(product), every(Conv.class).use(copies()),
                every(Softmax.class).use(new SoftmaxTaylor()),
                every(Attention.class).use(new FusedAttention(Stabilizer.signed(DefaultRules.EPSILON),
                        halves ? Probabilities.TAYLOR : Probabilities.DROPPED)));
        return config.contains("gamma")
                ? table.prepend(where("matrix product in two dimensions",
                        site -> site.op() instanceof MatMul && site.node().outputShape(0).rank() == 2)
                        .use(gamma(config.endsWith("gamma001") ? 0.001 : 1)), every(Conv.class).use(gamma(100)))
                : table;
    }

    private static Rule copies() {
        return new Epsilon(Stabilizer.signed(DefaultRules.EPSILON), Factors.COPIES);
    }

    private static Rule gamma(double gamma) {
        return new Gamma(gamma, DefaultRules.EPSILON, Gamma.AtZero.NEGATIVE, Factors.COPIES);
    }
}
