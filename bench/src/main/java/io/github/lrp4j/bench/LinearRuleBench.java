package io.github.lrp4j.bench;

import static io.github.lrp4j.lrp.Selector.every;

import io.github.lrp4j.autograd.Linear;
import io.github.lrp4j.autograd.Op;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.autograd.op.BatchNorm;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.Rule;
import io.github.lrp4j.lrp.RuleTable;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.lrp.rule.Adjoint;
import io.github.lrp4j.lrp.rule.AlphaBeta;
import io.github.lrp4j.lrp.rule.Epsilon;
import io.github.lrp4j.lrp.rule.Factors;
import io.github.lrp4j.lrp.rule.Flat;
import io.github.lrp4j.lrp.rule.Gamma;
import io.github.lrp4j.lrp.rule.MergeBatchNorm;
import io.github.lrp4j.lrp.rule.WSquare;
import io.github.lrp4j.lrp.rule.ZBox;
import io.github.lrp4j.lrp.rule.ZPlus;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import java.util.List;
import org.openjdk.jmh.annotations.Param;

/**
 * Rules on one linear layer: relevance of its input, the layer recorded before.
 *
 * <p>All rates count the two linear maps of the epsilon rule, forward for z and back, whatever a rule computes: rates of two
 * rules compare like their times.
 */
public class LinearRuleBench extends KernelBench {
    /** Stabiliser: so large that a quotient never turns rounding into a difference. */
    private static final double EPSILON = 1;

    /** Layers of known networks. */
    public enum Layer {
        /** In the caches. */
        SMALL_LINEAR(null, 5, 24, 17),
        /** In the caches. */
        SMALL_CONV(ConvBench.Layer.EMBEDDED, 0, 0, 0),
        /** First linear layer of VGG, one picture. */
        VGG_GEMV(null, 1, 25088, 4096),
        /** First layer of a ViT-B MLP. */
        VIT_MLP_IN(null, 197, 768, 3072),
        /** Second layer of an MLP of RoBERTa-large, 384 tokens. */
        ROBERTA_MLP_OUT(null, 384, 4096, 1024),
        /** First convolution of VGG. */
        VGG_CONV1_1(ConvBench.Layer.VGG_CONV1_1, 0, 0, 0),
        /** VGG, 256 channels at 56 pixels. */
        VGG_CONV3_2(ConvBench.Layer.VGG_CONV3_2, 0, 0, 0),
        /** VGG, 512 channels at 14 pixels. */
        VGG_CONV5_1(ConvBench.Layer.VGG_CONV5_1, 0, 0, 0),
        /** A bottleneck's 1 x 1 convolution. */
        RESNET_1X1(ConvBench.Layer.RESNET_1X1, 0, 0, 0),
        /** A 3 x 3 convolution that halves the picture. */
        RESNET_STRIDED(ConvBench.Layer.RESNET_STRIDED, 0, 0, 0),
        /** A 3 x 3 convolution in 32 groups. */
        RESNEXT_GROUPED(ConvBench.Layer.RESNEXT_GROUPED, 0, 0, 0),
        /** A depthwise convolution. */
        DEPTHWISE(ConvBench.Layer.DEPTHWISE, 0, 0, 0);

        private final ConvBench.Layer conv;
        private final int rows;
        private final int inner;
        private final int columns;

        Layer(ConvBench.Layer conv, int rows, int inner, int columns) {
            this.conv = conv;
            this.rows = rows;
            this.inner = inner;
            this.columns = columns;
        }

        private int[] input() {
            return conv == null ? new int[] {rows, inner} : conv.input().toArray();
        }

        private int[] weight() {
            return conv == null ? new int[] {columns, inner} : conv.weight().toArray();
        }

        private Value of(Value x, Value w) {
            if (conv == null) {
                return x.matmul(w.transpose(0, 1));
            }
            ConvSpec spec = conv.spec();
            return x.conv(w, spec);
        }

        private double twoMaps() {
            return conv == null ? 4.0 * rows * inner * columns : 2 * conv.flop();
        }
    }

    /** Rules. */
    public enum Rules {
        /** The gradient, for comparison: one linear map. */
        ADJOINT(new Adjoint(false)),
        /** Epsilon. */
        EPSILON_RULE(new Epsilon(EPSILON)),
        /** Gamma of DynamicLRP. */
        GAMMA(new Gamma(100, EPSILON)),
        /** Gamma of Zennit's EpsilonGammaBox. */
        GAMMA_ZENNIT(new Gamma(0.25, EPSILON, Gamma.AtZero.NOTHING, Factors.ACTIVATIONS)),
        /** Z-plus on the weights alone. */
        Z_PLUS(new ZPlus(EPSILON)),
        /** Zennit's z-plus. */
        ALPHA1_BETA0(new AlphaBeta(1, 0, EPSILON)),
        /** Alpha-beta. */
        ALPHA2_BETA1(new AlphaBeta(2, 1, EPSILON)),
        /** Z-box. */
        Z_BOX(new ZBox(List.of(-4.0), List.of(4.0), EPSILON)),
        /** W-square. */
        W_SQUARE(new WSquare(EPSILON)),
        /** Flat. */
        FLAT(new Flat(EPSILON)),
        /** Epsilon with a batch norm behind the layer merged into it. */
        EPSILON_MERGED_BATCH_NORM(new Epsilon(EPSILON));

        private final Rule rule;

        Rules(Rule rule) {
            this.rule = rule;
        }
    }

    /** Inputs. */
    public enum Input {
        /** As after a ReLU. */
        NON_NEGATIVE,
        /** As after a norm. */
        SIGNED
    }

    /** The layer. */
    @Param
    public Layer layer;

    /** The rule. */
    @Param
    public Rules rule;

    /** Signs of the input. */
    @Param
    public Input input;

    @Override
    public String toString() {
        return rule + " on " + layer + ", input " + input;
    }

    @Override
    Work draw(Numbers numbers) {
        Tensor drawn = numbers.normal(layer.input());
        Tensor x = input == Input.SIGNED ? drawn : Numbers.nonNegative(drawn);
        Tensor w = numbers.normal(layer.weight()).durable();
        return new Work(kernels -> {
            Tape tape = new Tape(kernels);
            Value source = tape.input("x", x);
            Value z = layer.of(source, tape.parameter("w", w));
            Value y = rule == Rules.EPSILON_MERGED_BATCH_NORM ? normalized(z) : z;
            Tensor r = new Numbers().normal(y.shape().toArray());
            Lrp lrp = Lrp.with(RuleTable.of(every(Op.class).use(new Adjoint(false)))
                    .prepend(every(BatchNorm.class).use(new MergeBatchNorm()), every(Linear.class).use(rule.rule)))
                    .only(source);
            return () -> List.of(lrp.explain(y, Seed.of(r)).of(source));
        }, layer.twoMaps(), Work.Unit.FLOP);
    }

    private static Value normalized(Value z) {
        Numbers numbers = new Numbers();
        int channels = z.shape().size(1);
        Tensor variance = Tensor.full(1, DType.F32, Shape.of(channels));
        return z.batchNorm(numbers.normal(channels), variance,
                z.tape().parameter("scale", numbers.awayFromZero(channels)),
                z.tape().parameter("shift", numbers.normal(channels)), 1e-5);
    }

    /** Rules that decide by the sign of a sum may decide differently where that is zero up to rounding. */
    @Override
    double tolerance() {
        return 1e-2;
    }
}
