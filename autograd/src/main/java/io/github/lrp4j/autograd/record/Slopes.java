package io.github.lrp4j.autograd.record;

import static io.github.lrp4j.tensor.kernels.BinaryFn.ADD;
import static io.github.lrp4j.tensor.kernels.BinaryFn.GREATER;
import static io.github.lrp4j.tensor.kernels.BinaryFn.MUL;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import io.github.lrp4j.tensor.kernels.UnaryFn.Kind;

/** {@code f'} of every elementwise function, written over kernels, so that it can be differentiated again. */
final class Slopes {
    private static final double GELU_TANH_SCALE = Math.sqrt(2 / Math.PI);
    private static final double GELU_TANH_CUBIC = 0.044715;

    private final Kernels kernels;
    private final UnaryFn f;

    private Slopes(Kernels kernels, UnaryFn f) {
        this.kernels = kernels;
        this.f = f;
    }

    /** Whether f' is piecewise constant. */
    static boolean isStep(UnaryFn f) {
        return switch (f.kind()) {
            case NEG, ABS, SIGN, SCALE, SHIFT, RELU, NEGATIVE_PART, LEAKY_RELU, HARDSIGMOID, CLAMP, STABILIZE -> true;
            case POW -> f.alpha() == 0 || f.alpha() == 1;
            case SQUARE, SQRT, RSQRT, RECIPROCAL, EXP, EXPM1, LOG, LOG1P, SIN, COS, TANH, SIGMOID, ELU, GELU, GELU_TANH,
                    SILU, SOFTPLUS, HARDSWISH, ERF ->
                false;
        };
    }

    /** {@code f'(x)}; not for steps. */
    static Tensor of(Kernels kernels, UnaryFn f, Tensor x) {
        return new Slopes(kernels, f).at(x);
    }

    /** {@code f'(x)} from {@code y = f(x)}; only where {@link UnaryFn#derivativeNeedsOnlyOutput()}, and not for steps. */
    static Tensor fromOutput(Kernels kernels, UnaryFn f, Tensor y) {
        return new Slopes(kernels, f).from(y);
    }

    private Tensor at(Tensor x) {
        double a = f.alpha();
        return switch (f.kind()) {
            case POW -> scale(a, unary(Kind.POW, a - 1, x));
            case SQUARE -> scale(2, x);
            case LOG -> unary(Kind.RECIPROCAL, x);
            case LOG1P -> unary(Kind.RECIPROCAL, shift(1, x));
            case SIN -> unary(Kind.COS, x);
            case COS -> scale(-1, unary(Kind.SIN, x));
            // The exponential of a large x must not be computed, not even to be left out.
            case ELU -> above(x, 0, constant(1, x), scale(a, unary(Kind.EXP, unary(Kind.NEGATIVE_PART, x))));
            case GELU -> add(scale(0.5, shift(1, unary(Kind.ERF, scale(Math.sqrt(0.5), x)))),
                    scale(1 / Math.sqrt(2 * Math.PI), mul(x, bell(0.5, x))));
            case GELU_TANH -> geluTanh(x);
            case SILU -> {
                Tensor s = unary(Kind.SIGMOID, x);
                yield mul(s, shift(1, mul(x, complement(s))));
            }
            case SOFTPLUS -> {
                Tensor scaled = scale(a, x);
                yield above(scaled, f.beta(), constant(1, x), unary(Kind.SIGMOID, scaled));
            }
            case HARDSWISH -> {
                Tensor inside = shift(0.5, scale(1.0 / 3, x));
                Tensor reached = kernels.binary(GREATER, constant(3, x), x);
                Tensor upper = kernels.where(reached, inside, constant(1, x));
                yield above(x, -3, upper, constant(0, x));
            }
            case ERF -> scale(2 / Math.sqrt(Math.PI), bell(1, x));
            case SQRT, RSQRT, RECIPROCAL, EXP, EXPM1, TANH, SIGMOID -> from(kernels.unary(f, x));
            case NEG, ABS, SIGN, SCALE, SHIFT, RELU, NEGATIVE_PART, LEAKY_RELU, HARDSIGMOID, CLAMP, STABILIZE ->
                throw new IllegalArgumentException(f.kind() + ": the derivative is piecewise constant");
        };
    }

    private Tensor from(Tensor y) {
        return switch (f.kind()) {
            case SQRT -> scale(0.5, unary(Kind.RECIPROCAL, y));
            case RSQRT -> scale(-0.5, mul(y, square(y)));
            case RECIPROCAL -> scale(-1, square(y));
            case EXP -> y;
            case EXPM1 -> shift(1, y);
            case TANH -> complement(square(y));
            case SIGMOID -> mul(y, complement(y));
            default -> throw new IllegalArgumentException(f.kind() + ": the derivative needs the input, or is a step");
        };
    }

    private Tensor geluTanh(Tensor x) {
        Tensor square = square(x);
        Tensor u = mul(x, scale(GELU_TANH_SCALE, shift(1, scale(GELU_TANH_CUBIC, square))));
        Tensor t = unary(Kind.TANH, u);
        Tensor inner = scale(GELU_TANH_SCALE, shift(1, scale(3 * GELU_TANH_CUBIC, square)));
        Tensor turn = mul(mul(x, complement(square(t))), inner);
        return scale(0.5, add(shift(1, t), turn));
    }

    /** {@code e^(-width x^2)}. */
    private Tensor bell(double width, Tensor x) {
        return unary(Kind.EXP, scale(-width, square(x)));
    }

    /** {@code x > bound ? above : below}. */
    private Tensor above(Tensor x, double bound, Tensor above, Tensor below) {
        return kernels.where(kernels.binary(GREATER, x, constant(bound, x)), above, below);
    }

    private static Tensor constant(double value, Tensor x) {
        return Tensor.scalar(value, x.dtype());
    }

    private Tensor unary(Kind kind, Tensor x) {
        return kernels.unary(UnaryFn.of(kind), x);
    }

    private Tensor unary(Kind kind, double alpha, Tensor x) {
        return kernels.unary(new UnaryFn(kind, alpha, 0), x);
    }

    private Tensor square(Tensor x) {
        return unary(Kind.SQUARE, x);
    }

    private Tensor scale(double factor, Tensor x) {
        return unary(Kind.SCALE, factor, x);
    }

    private Tensor shift(double amount, Tensor x) {
        return unary(Kind.SHIFT, amount, x);
    }

    /** {@code 1 - x}. */
    private Tensor complement(Tensor x) {
        return shift(1, unary(Kind.NEG, x));
    }

    private Tensor add(Tensor a, Tensor b) {
        return kernels.binary(ADD, a, b);
    }

    private Tensor mul(Tensor a, Tensor b) {
        return kernels.binary(MUL, a, b);
    }
}
