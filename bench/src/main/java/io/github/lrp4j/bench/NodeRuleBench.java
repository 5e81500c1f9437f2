package io.github.lrp4j.bench;

import static io.github.lrp4j.lrp.Selector.every;

import io.github.lrp4j.autograd.Additive;
import io.github.lrp4j.autograd.Op;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.Rule;
import io.github.lrp4j.lrp.RuleTable;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.lrp.rule.AbsorbBias;
import io.github.lrp4j.lrp.rule.Adjoint;
import io.github.lrp4j.lrp.rule.DetachedDeviation;
import io.github.lrp4j.lrp.rule.HoldingConstant;
import io.github.lrp4j.lrp.rule.Identity;
import io.github.lrp4j.lrp.rule.ImplicitIdentity;
import io.github.lrp4j.lrp.rule.InGradientForm;
import io.github.lrp4j.lrp.rule.Norm;
import io.github.lrp4j.lrp.rule.NormWithConstantDeviation;
import io.github.lrp4j.lrp.rule.OnlyOperand;
import io.github.lrp4j.lrp.rule.Proportional;
import io.github.lrp4j.lrp.rule.Residual;
import io.github.lrp4j.lrp.rule.Scaled;
import io.github.lrp4j.lrp.rule.SoftmaxTaylor;
import io.github.lrp4j.lrp.rule.Stabilizer;
import io.github.lrp4j.lrp.rule.TopK;
import io.github.lrp4j.lrp.rule.Uniform;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.PoolSpec;
import java.util.List;
import org.openjdk.jmh.annotations.Param;

/**
 * Rules that are limited by memory, each on one op: relevance of its input, the op recorded before.
 *
 * <p>All rates count the input, what arrives and what leaves once, whatever a rule reads: rates of two rules compare like
 * their times.
 */
public class NodeRuleBench extends KernelBench {
    /** Stabiliser: so large that a quotient never turns rounding into a difference. */
    private static final double EPSILON = 1;
    private static final Stabilizer STABILIZER = Stabilizer.signed(EPSILON);

    /** Sizes: tokens, their width, planes and their pixels along a side. */
    public enum Size {
        /** In the caches. */
        SMALL(9, 16, 4, 8),
        /** ViT-B; a stage of ResNet. */
        BASE(197, 768, 256, 28),
        /** RoBERTa-large with 384 tokens; the stem of ResNet. */
        LARGE(384, 1024, 64, 112);

        final int tokens;
        final int width;
        final int planes;
        final int pixels;

        Size(int tokens, int width, int planes, int pixels) {
            this.tokens = tokens;
            this.width = width;
            this.planes = planes;
            this.pixels = pixels;
        }
    }

    /** An op on x and another input of its shape. */
    private interface Recording {
        Value of(Value x, Value other);
    }

    /** Rules, each on one op. */
    public enum Rules {
        /** Absolute shares of a sum. */
        PROPORTIONAL_SUM(new Proportional(EPSILON), Value::add),
        /** Absolute shares of a product. */
        PROPORTIONAL_PRODUCT(new Proportional(EPSILON), Value::mul),
        /** Absolute shares beside a bias. */
        PROPORTIONAL_BIAS(new Proportional(EPSILON), NodeRuleBench::biased),
        /** No share of a bias. */
        ABSORB_BIAS(new AbsorbBias(), NodeRuleBench::biased),
        /** Signed shares of a sum. */
        NORM_SUM(new Norm(STABILIZER), Value::add),
        /** Signed shares of a residual addition, and identity of its branch. */
        RESIDUAL(new Residual(Residual.Shares.SIGNED, EPSILON), (x, other) -> x.add(x.tanh())),
        /** All to one operand of a sum. */
        ONLY_OPERAND(new OnlyOperand(0), Value::add),
        /** Half to each factor. */
        UNIFORM(new Uniform(), Value::mul),
        /** Half of the gradient to each factor. */
        SCALED(new Scaled(new Adjoint(false), 0.5), Value::mul),
        /** All to one factor. */
        HOLDING_CONSTANT(new HoldingConstant(new Proportional(EPSILON), 1), Value::mul),
        /** Identity of an activation. */
        IDENTITY(new Identity(), (x, other) -> x.gelu()),
        /** The same in gradient-times-input form. */
        IMPLICIT_IDENTITY(new ImplicitIdentity(1e-10), (x, other) -> x.gelu()),
        /** The same by dividing. */
        IN_GRADIENT_FORM(new InGradientForm(new Identity(), EPSILON), (x, other) -> x.gelu()),
        /** A tenth of the cells, then identity. */
        TOP_K(new TopK(new Identity(), 0.1), (x, other) -> x.gelu()),
        /** The gradient of an activation. */
        ADJOINT(new Adjoint(false), (x, other) -> x.gelu()),
        /** Taylor of softmax. */
        SOFTMAX_TAYLOR(new SoftmaxTaylor(), (x, other) -> x.softmax(-1)),
        /** Identity of layer norm. */
        LAYER_NORM_IDENTITY(new Identity(), NodeRuleBench::normalized),
        /** Layer norm whose deviation is a constant. */
        LAYER_NORM_CONSTANT_DEVIATION(new NormWithConstantDeviation(STABILIZER), NodeRuleBench::normalized),
        /** The same in gradient-times-input form. */
        LAYER_NORM_DETACHED_DEVIATION(new DetachedDeviation(), NodeRuleBench::normalized),
        /** Signed shares of average pooling. */
        NORM_POOL(new Norm(STABILIZER), (x, other) -> x.avgPool(PoolSpec.of(2, 2, 2, 0))),
        /** Winners of max pooling. */
        ADJOINT_POOL(new Adjoint(true), (x, other) -> x.maxPool(PoolSpec.of(2, 2, 2, 0)));

        private final Rule rule;
        private final Recording recording;

        Rules(Rule rule, Recording recording) {
            this.rule = rule;
            this.recording = recording;
        }

        private boolean isOfPictures() {
            return this == NORM_POOL || this == ADJOINT_POOL;
        }
    }

    /** The shapes. */
    @Param
    public Size size;

    /** The rule. */
    @Param
    public Rules rule;

    private static Value biased(Value x, Value other) {
        return x.addBias(other.tape().parameter("bias", new Numbers().normal(x.shape().size(-1))), -1);
    }

    private static Value normalized(Value x, Value other) {
        int width = x.shape().size(-1);
        Numbers numbers = new Numbers();
        return x.layerNorm(1, other.tape().parameter("weight", numbers.normal(width)),
                other.tape().parameter("bias", numbers.normal(width)), 1e-5);
    }

    @Override
    public String toString() {
        return rule + " on " + size;
    }

    @Override
    Work draw(Numbers numbers) {
        int[] shape = rule.isOfPictures()
                ? new int[] {1, size.planes, size.pixels, size.pixels}
                : new int[] {1, size.tokens, size.width};
        Tensor x = numbers.normal(shape);
        Tensor other = numbers.normal(shape);
        // The residual's branch is an activation; nothing else has a second op.
        RuleTable table = rule == Rules.RESIDUAL
                ? RuleTable.of(every(Additive.class).use(rule.rule), every(Op.class).use(new Identity()))
                : RuleTable.of(every(Op.class).use(rule.rule));
        return new Work(kernels -> {
            Tape tape = new Tape(kernels);
            Value source = tape.input("x", x);
            Value y = rule.recording.of(source, tape.input("other", other));
            Tensor r = new Numbers().normal(y.shape().toArray());
            Lrp lrp = Lrp.with(table).only(source);
            return () -> List.of(lrp.explain(y, Seed.of(r)).of(source));
        }, 3.0 * Float.BYTES * x.elements(), Work.Unit.BYTE);
    }

    @Override
    double tolerance() {
        return 1e-3;
    }
}
