package io.github.lrp4j.lrp;

import static io.github.lrp4j.lrp.Selector.every;
import static io.github.lrp4j.lrp.Selector.first;
import static io.github.lrp4j.lrp.Selector.lowerHalf;
import static io.github.lrp4j.lrp.Selector.where;
import static io.github.lrp4j.lrp.Selector.operand;
import static io.github.lrp4j.lrp.Selector.function;
import static io.github.lrp4j.lrp.Selector.bilinear;

import io.github.lrp4j.autograd.Additive;
import io.github.lrp4j.autograd.Attention;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import io.github.lrp4j.lrp.rule.Uniform;
import io.github.lrp4j.lrp.rule.Stabilizer;
import io.github.lrp4j.lrp.rule.SoftmaxTaylor;
import io.github.lrp4j.lrp.rule.Scaled;
import io.github.lrp4j.lrp.rule.Proportional;
import io.github.lrp4j.lrp.rule.NormWithConstantDeviation;
import io.github.lrp4j.lrp.rule.ImplicitIdentity;
import io.github.lrp4j.lrp.rule.Identity;
import io.github.lrp4j.lrp.rule.HoldingConstant;
import io.github.lrp4j.lrp.rule.DetachedDeviation;
import io.github.lrp4j.autograd.op.Softmax;
import io.github.lrp4j.autograd.op.RmsNorm;
import io.github.lrp4j.autograd.op.Mul;
import io.github.lrp4j.autograd.op.Elementwise;
import io.github.lrp4j.autograd.op.Div;
import io.github.lrp4j.autograd.Standardization;
import io.github.lrp4j.autograd.Product;
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
import io.github.lrp4j.lrp.rule.FusedAttention;
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
    /** LXT's stabilisers: of linear layers, sums and norms; of products of two activations; of activation functions. */
    private static final double LXT = 1e-6;
    private static final double LXT_BILINEAR = 1e-8;
    private static final double LXT_IDENTITY = 1e-10;

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
     * Batch norms {@linkplain MergeBatchNorm merged} into the linear ops before them, their shift taking the absolute share
     * of a bias with 1e-11. Put before DynamicLRP's tables, {@code dynamicLrp().prepend(mergedBatchNorm())}, it makes
     * them see a folded network.
     */
    public static RuleTable.Row mergedBatchNorm() {
        return every(BatchNorm.class).use(MergeBatchNorm.sharing(DefaultRules.EPSILON));
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

    /**
     * The composite of Montavon et al. 2019 ("Layer-wise relevance propagation: an overview", section 10.3): {@link ZBox} for
     * the first convolution, {@link Gamma} 0.25 for the other convolutions of the lower half, {@link Epsilon} 0.25 for those of
     * the upper half, and epsilon 1e-6, which stands for LRP-0, for linear layers; everything else as {@link #epsilonPlus}.
     *
     * @param low least value of an input cell, one for all or one per channel
     * @param high largest value, likewise
     */
    public static RuleTable compositeLrp(List<Double> low, List<Double> high) {
        return zennit(new Epsilon(0.25)).prepend(first(Conv.class).use(new ZBox(low, high, ZENNIT)),
                lowerHalf(Conv.class).use(new Gamma(0.25, ZENNIT, Gamma.AtZero.NOTHING, Factors.ACTIVATIONS)));
    }

    /** Zennit's EpsilonAlpha2Beta1: {@link AlphaBeta} 2, 1 for convolutions, epsilon 1e-6 for linear layers. */
    public static RuleTable epsilonAlpha2Beta1() {
        return zennit(new AlphaBeta(2, 1, ZENNIT));
    }

    /** Zennit's EpsilonPlusFlat: as {@link #epsilonPlus}, and {@link Flat} for the first linear op. */
    public static RuleTable epsilonPlusFlat() {
        return epsilonPlus().prepend(first(Linear.class).use(new Flat(ZENNIT)));
    }

    /**
     * AttnLRP (arXiv 2402.05602) as LXT computes it, stabilisers plain (without sign): {@link Epsilon} with 1e-6 and
     * biases in the denominators for linear layers, halved and with 1e-8 between two activations; {@link SoftmaxTaylor} for
     * softmax; {@link Uniform} for products of two activations; {@link NormWithConstantDeviation} with 1e-6 for norms with
     * a mean, identity for RMS norms, also where those are written out; signed shares with 1e-6 for additions and means;
     * identity for activations.
     *
     * <p>A plain stabiliser can meet a denominator of its own size; {@link #attnLrpAsGradient} says the same without
     * dividing.
     */
    public static RuleTable attnLrp() {
        Stabilizer plain = Stabilizer.plain(LXT);
        RuleTable.Row[] roots = holdingRootMeanSquare(new Uniform());
        return RuleTable.of(
                every(AddBias.class).use(new AbsorbBias()),
                every(Additive.class).use(new Norm(plain)),
                bilinear().use(new Epsilon(Stabilizer.plain(LXT_BILINEAR), Factors.ACTIVATIONS)),
                every(Linear.class).use(new Epsilon(plain, Factors.ACTIVATIONS)),
                every(Softmax.class).use(new SoftmaxTaylor()),
                every(Attention.class).use(new FusedAttention(Stabilizer.plain(LXT_BILINEAR),
                        FusedAttention.Probabilities.TAYLOR)),
                every(RmsNorm.class).use(new Identity()),
                every(Standardization.class).use(new NormWithConstantDeviation(plain)),
                every(Product.class).use(new Uniform())).prepend(roots);
    }

    /**
     * {@link #attnLrp} with the {@link Gamma} rule, stabiliser 1e-6 and biases in the denominators, for convolutions and for
     * linear layers, but not for products of two activations: for vision transformers, where the epsilon rule is noisy at the
     * pixels (AttnLRP, arXiv 2402.05602).
     *
     * @param conv gamma of convolutions, such as the one that makes the patches; 0 means AttnLRP's epsilon rule
     * @param linear gamma of linear layers; 0 means AttnLRP's epsilon rule
     */
    public static RuleTable attnLrpGamma(double conv, double linear) {
        return withGamma(attnLrp(), conv, linear);
    }

    /**
     * AttnLRP in LXT's efficient form: what flows is {@code G = R / value}, so relevance is
     * {@link Relevance#timesValue}, and a seed of 1 stands for the logit's value. The gradient, except that an activation
     * f passes {@code f(x) / (x + 1e-10) G} ({@link ImplicitIdentity}), norms take their deviation for a constant
     * ({@link DetachedDeviation}), and a product of two activations passes half to each ({@link Scaled}), which is a
     * quarter for queries and keys and a half for values.
     */
    public static RuleTable attnLrpAsGradient() {
        Rule half = new Scaled(new Adjoint(false), 0.5);
        return asGradient(
                bilinear().use(half),
                every(Attention.class).use(new Scaled(new Adjoint(false), List.of(0.25, 0.25, 0.5, 0.5))),
                every(Product.class).and(twoActivations()).use(half));
    }

    /**
     * Conservative propagation (Ali et al. 2022, arXiv 2202.07304): {@link Epsilon} with 1e-11 and sign, biases in the
     * denominators, for linear layers; attention probabilities held constant (AH-rule, {@link HoldingConstant}), so that
     * values take everything; the deviation of norms held constant (LN-rule, {@link NormWithConstantDeviation}); gates of
     * gated products held constant; signed shares for additions; identity for activations.
     *
     * <p>Without biases every rule conserves, and so does the whole.
     */
    public static RuleTable conservativePropagation() {
        Rule epsilon = new Epsilon(DefaultRules.EPSILON);
        Rule norm = new Norm(DefaultRules.EPSILON);
        Rule product = new Proportional(DefaultRules.EPSILON);
        return RuleTable.of(
                every(AddBias.class).use(new AbsorbBias()),
                every(Additive.class).use(norm),
                every(Linear.class).and(operand(0, every(Softmax.class))).use(new HoldingConstant(epsilon, 0)),
                every(Linear.class).use(epsilon),
                every(Attention.class).use(new FusedAttention(DefaultRules.EPSILON)),
                every(Standardization.class)
                        .use(new NormWithConstantDeviation(Stabilizer.signed(DefaultRules.EPSILON))),
                gated(0).use(new HoldingConstant(product, 0)),
                gated(1).use(new HoldingConstant(product, 1))).prepend(holdingRootMeanSquare(product));
    }

    /**
     * {@link #conservativePropagation} with the {@link Gamma} rule for convolutions and linear layers, as in {@link
     * #attnLrpGamma}: without the relevance of queries and keys, which is what LXT computes for vision transformers.
     *
     * @param conv gamma of convolutions; 0 means the epsilon rule
     * @param linear gamma of linear layers; 0 means the epsilon rule
     */
    public static RuleTable conservativePropagationGamma(double conv, double linear) {
        return withGamma(conservativePropagation(), conv, linear);
    }

    private static RuleTable withGamma(RuleTable table, double conv, double linear) {
        Selector layer = bilinear().not();
        RuleTable upper = linear == 0
                ? table
                : table.prepend(every(MatMul.class).and(layer).use(new Gamma(linear, LXT)));
        return conv == 0
                ? upper
                : upper.prepend(every(Conv.class).and(layer).use(new Gamma(conv, LXT)));
    }

    /**
     * {@link #conservativePropagation} in gradient-times-input form, without a division: what flows is
     * {@code G = R / value}, so relevance is {@link Relevance#timesValue}, and a seed of 1 stands for the logit's value. The
     * gradient, except that attention probabilities and gates take none, norms take their deviation for a constant
     * ({@link DetachedDeviation}), and an activation f passes {@code f(x) / (x + 1e-10) G} ({@link ImplicitIdentity}).
     */
    public static RuleTable conservativePropagationAsGradient() {
        Rule gradient = new Adjoint(false);
        return asGradient(
                every(Linear.class).and(operand(0, every(Softmax.class))).use(new HoldingConstant(gradient, 0)),
                every(Attention.class).use(new HoldingConstant(gradient,
                        List.of(Attention.QUERY, Attention.KEY, Attention.MASK))),
                gated(0).use(new HoldingConstant(gradient, 0)),
                gated(1).use(new HoldingConstant(gradient, 1)));
    }

    private static RuleTable asGradient(RuleTable.Row... first) {
        return RuleTable.of(
                every(Standardization.class).use(new DetachedDeviation()),
                activations().use(new ImplicitIdentity(LXT_IDENTITY)),
                every(Op.class).use(new Adjoint(false)))
                .prepend(first).prepend(holdingRootMeanSquare(new Adjoint(false)));
    }

    /** RMS norms that are written out: {@code x * rsqrt(...)} and {@code x / sqrt(...)} with the root held constant. */
    private static RuleTable.Row[] holdingRootMeanSquare(Rule rule) {
        Selector inverse = function(UnaryFn.Kind.RSQRT);
        return new RuleTable.Row[] {
            every(Mul.class).and(operand(1, inverse)).use(new HoldingConstant(rule, 1)),
            every(Mul.class).and(operand(0, inverse)).use(new HoldingConstant(rule, 0)),
            every(Div.class).and(operand(1, function(UnaryFn.Kind.SQRT))).use(new HoldingConstant(rule, 1)),
        };
    }

    private static Selector twoActivations() {
        return where("two activations", site -> site.isActivation(0) && site.isActivation(1));
    }

    /** Products of two activations whose factor {@code gate} comes from an activation function, and the other does not. */
    private static Selector gated(int gate) {
        return every(Mul.class).and(twoActivations()).and(operand(gate, activations()))
                .and(operand(1 - gate, activations()).not());
    }

    /** Activation functions: pointwise, and not affine. */
    private static Selector activations() {
        return where("every activation function",
                site -> site.op() instanceof Elementwise op && !op.function().isAffine());
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
