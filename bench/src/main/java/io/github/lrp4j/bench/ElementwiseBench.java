package io.github.lrp4j.bench;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import org.openjdk.jmh.annotations.Param;

/** Elementwise functions: cheap ones are limited by memory, exp and GELU by arithmetic. */
public class ElementwiseBench extends KernelBench {
    /** Activations of known networks, for one picture. */
    public enum Size {
        /** In the caches. */
        SMALL(32, 14, 14),
        /** After the first convolutions of VGG. */
        VGG_CONV1(64, 224, 224),
        /** A hidden layer of a ViT-B MLP. */
        VIT_MLP(197, 3072, 1);

        final int channels;
        final int height;
        final int width;

        Size(int channels, int height, int width) {
            this.channels = channels;
            this.height = height;
            this.width = width;
        }
    }

    /**
     * Operands of a function.
     *
     * @param x normal numbers
     * @param y numbers away from zero, so that quotients stay of a size
     * @param positive what a ReLU leaves of x
     * @param magnitude {@code |y| + 1}
     */
    record Operands(Tensor x, Tensor y, Tensor positive, Tensor magnitude, Tensor bias, Tensor condition) {
    }

    /** A function. */
    interface Call {
        Tensor on(Kernels kernels, Operands operands);
    }

    /** Functions. */
    public enum Function {
        /** {@code x + y}. */
        ADD(3, (k, o) -> k.binary(BinaryFn.ADD, o.x, o.y)),
        /** {@code x y}. */
        MULTIPLY(3, (k, o) -> k.binary(BinaryFn.MUL, o.x, o.y)),
        /** {@code x / y}. */
        DIVIDE(3, (k, o) -> k.binary(BinaryFn.DIV, o.x, o.y)),
        /** {@code x + b}, b broadcast over the pixels. */
        ADD_BIAS(2, (k, o) -> k.binary(BinaryFn.ADD, o.x, o.bias)),
        /** {@code max(x, 0)}. */
        RELU(2, (k, o) -> k.unary(UnaryFn.of(UnaryFn.Kind.RELU), o.x)),
        /** Its adjoint. */
        RELU_ADJOINT(3, (k, o) -> k.unaryVjp(UnaryFn.of(UnaryFn.Kind.RELU), o.x, o.y)),
        /** GELU with the error function. */
        GELU(2, (k, o) -> k.unary(UnaryFn.of(UnaryFn.Kind.GELU), o.x)),
        /** Its adjoint. */
        GELU_ADJOINT(3, (k, o) -> k.unaryVjp(UnaryFn.of(UnaryFn.Kind.GELU), o.x, o.y)),
        /** GELU by tanh. */
        GELU_TANH(2, (k, o) -> k.unary(UnaryFn.of(UnaryFn.Kind.GELU_TANH), o.x)),
        /** {@code x / (1 + e^-x)}. */
        SILU(2, (k, o) -> k.unary(UnaryFn.of(UnaryFn.Kind.SILU), o.x)),
        /** {@code tanh x}. */
        TANH(2, (k, o) -> k.unary(UnaryFn.of(UnaryFn.Kind.TANH), o.x)),
        /** Its adjoint, from the output. */
        TANH_ADJOINT(3, (k, o) -> k.unaryVjpFromOutput(UnaryFn.of(UnaryFn.Kind.TANH), o.x, o.y)),
        /** {@code e^x}. */
        EXP(2, (k, o) -> k.unary(UnaryFn.of(UnaryFn.Kind.EXP), o.x)),
        /** {@code c ? x : y}. */
        WHERE(3.25, (k, o) -> k.where(o.condition, o.x, o.y)),
        /** The share of a sum that x gets, the work of relevance at additions. */
        ABSOLUTE_SHARE(4, (k, o) -> k.absoluteShare(o.y, o.x, o.y, 1e-11)),
        /** The quotient of the epsilon rule. */
        STABILIZED_QUOTIENT(3, (k, o) -> k.stabilizedQuotient(o.x, o.y, 1e-11)),
        /** The same with a plain stabiliser. */
        SHIFTED_QUOTIENT(3, (k, o) -> k.shiftedQuotient(o.x, o.y, 1e-6)),
        /** The quotient of a share, as alpha-beta has it. */
        WEIGHTED_QUOTIENT(3, (k, o) -> k.weightedQuotient(2, o.x, o.y, 1e-6, true)),
        /** Inputs by their signs. */
        SIGN_SPLIT(3, (k, o) -> k.signSplit(o.x)[1]),
        /** The product with inputs of both signs. */
        SIGNED_SHARE(4, (k, o) -> k.signedShare(o.x, o.y, o.magnitude)),
        /** The quotients of the gamma rule. */
        GAMMA_QUOTIENTS(5, (k, o) -> k.gammaQuotients(o.x, o.y, o.magnitude, 0.25, 1e-6, false)[1]),
        /** The products with x of the gamma rule. */
        SIGNED_MIX(4, (k, o) -> k.signedMix(o.x, o.y, 1.125, o.magnitude, 0.125)),
        /** Whether a ReLU lets all of what arrives pass: read to the end, as it does. */
        ZERO_UNLESS_POSITIVE(2, (k, o) -> Tensor.scalar(k.isZeroUnlessPositive(o.positive, o.x) ? 1 : 2, DType.F32));

        final double passes;
        final Call call;

        Function(double passes, Call call) {
            this.passes = passes;
            this.call = call;
        }
    }

    /** The shapes. */
    @Param
    public Size size;

    /** The function. */
    @Param
    public Function function;

    @Override
    public String toString() {
        return function + " " + size;
    }

    @Override
    Work draw(Numbers numbers) {
        int[] shape = {1, size.channels, size.height, size.width};
        Tensor x = numbers.normal(shape);
        Tensor y = numbers.awayFromZero(shape);
        Operands operands = new Operands(x, y, Numbers.nonNegative(x), magnitude(y),
                numbers.normal(1, size.channels, 1, 1), numbers.coin(shape));
        return Work.moving(function.passes * x.elements(), kernels -> function.call.on(kernels, operands));
    }

    private static Tensor magnitude(Tensor y) {
        ReferenceKernels reference = new ReferenceKernels();
        return reference.unary(new UnaryFn(UnaryFn.Kind.SHIFT, 1, 0), reference.unary(UnaryFn.of(UnaryFn.Kind.ABS), y));
    }
}
