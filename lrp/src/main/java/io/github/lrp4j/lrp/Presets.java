package io.github.lrp4j.lrp;

import static io.github.lrp4j.lrp.Selector.every;
import static io.github.lrp4j.lrp.Selector.first;

import io.github.lrp4j.autograd.Additive;
import io.github.lrp4j.autograd.Linear;
import io.github.lrp4j.autograd.Op;
import io.github.lrp4j.autograd.op.AdaptiveAvgPool;
import io.github.lrp4j.autograd.op.AddBias;
import io.github.lrp4j.autograd.op.AvgPool;
import io.github.lrp4j.autograd.op.BatchNorm;
import io.github.lrp4j.autograd.op.Conv;
import io.github.lrp4j.autograd.op.ConvTranspose;
import io.github.lrp4j.autograd.op.MatMul;
import io.github.lrp4j.lrp.rule.AbsorbBias;
import io.github.lrp4j.lrp.rule.Adjoint;
import io.github.lrp4j.lrp.rule.AlphaBeta;
import io.github.lrp4j.lrp.rule.Epsilon;
import io.github.lrp4j.lrp.rule.Factors;
import io.github.lrp4j.lrp.rule.Flat;
import io.github.lrp4j.lrp.rule.Gamma;
import io.github.lrp4j.lrp.rule.MergeBatchNorm;
import io.github.lrp4j.lrp.rule.Norm;
import io.github.lrp4j.lrp.rule.ZBox;
import java.util.List;

/**
 * Rule tables by the names under which the literature knows them.
 *
 * <p>The same name elsewhere may mean another formula; each method says which one, and its stabiliser. Zennit's composites
 * {@linkplain MergeBatchNorm merge} batch norms into their neighbours; where the method says otherwise, batch norm passes
 * relevance unchanged, which is ill-conditioned where its scale is small.
 */
public final class Presets {
    /** Zennit's stabiliser. */
    private static final double ZENNIT = 1e-6;

    private Presets() {
    }

    /**
     * DynamicLRP's defaults (arXiv 2512.07010): {@link Epsilon} with 1e-11 for every product, absolute shares
     * ({@link io.github.lrp4j.lrp.rule.Proportional}) for sums and biases, identity for activations and norms.
     */
    public static RuleTable dynamicLrp() {
        return RuleTable.of();
    }

    /**
     * DynamicLRP with the signed {@link Gamma} rule, stabiliser 1e-11; the paper uses 100 for convolutions and 1 for linear
     * layers on VGG.
     *
     * @param conv gamma of convolutions
     * @param linear gamma of matrix products; 0 means the epsilon rule
     */
    public static RuleTable dynamicLrpGamma(double conv, double linear) {
        Rule forLinear = linear == 0 ? new Epsilon(DefaultRules.EPSILON) : new Gamma(linear, DefaultRules.EPSILON);
        return RuleTable.of(
                every(MatMul.class).use(forLinear),
                every(Linear.class).use(new Gamma(conv, DefaultRules.EPSILON)));
    }

    /**
     * Zennit's EpsilonPlus: z-plus ({@link AlphaBeta} 1, 0) for convolutions, epsilon 1e-6 for linear layers, biases inside
     * the denominators, signed shares for residual sums and average pooling.
     */
    public static RuleTable epsilonPlus() {
        return zennit(new AlphaBeta(1, 0, ZENNIT));
    }

    /**
     * Zennit's EpsilonGammaBox: {@link ZBox} for the first convolution, {@link Gamma} 0.25 for the others, epsilon 1e-6 for
     * linear layers.
     *
     * @param low least value of an input cell, one for all or one per channel
     * @param high largest value, likewise
     */
    public static RuleTable epsilonGammaBox(List<Double> low, List<Double> high) {
        return zennit(new Gamma(0.25, ZENNIT, Gamma.AtZero.NOTHING, Factors.ACTIVATIONS))
                .prepend(first(Conv.class).use(new ZBox(low, high, ZENNIT)));
    }

    /** Zennit's EpsilonAlpha2Beta1: {@link AlphaBeta} 2, 1 for convolutions, epsilon 1e-6 for linear layers. */
    public static RuleTable epsilonAlpha2Beta1() {
        return zennit(new AlphaBeta(2, 1, ZENNIT));
    }

    /** Zennit's EpsilonPlusFlat: as {@link #epsilonPlus}, and {@link Flat} for the first linear op. */
    public static RuleTable epsilonPlusFlat() {
        return epsilonPlus().prepend(first(Linear.class).use(new Flat(ZENNIT)));
    }

    /** The gradient of the seeded output, by the same sweep; no decomposition. */
    public static RuleTable gradient() {
        return RuleTable.of(every(Op.class).use(new Adjoint(false)));
    }

    private static RuleTable zennit(Rule conv) {
        Rule norm = new Norm(ZENNIT);
        return RuleTable.of(
                every(BatchNorm.class).use(new MergeBatchNorm()),
                every(AddBias.class).use(new AbsorbBias()),
                every(Additive.class).use(norm),
                every(AvgPool.class).use(norm),
                every(AdaptiveAvgPool.class).use(norm),
                every(Conv.class).use(conv),
                every(ConvTranspose.class).use(conv),
                every(Linear.class).use(new Epsilon(ZENNIT)));
    }
}
