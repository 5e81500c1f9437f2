package io.github.lrp4j.tensor.kernels;

/**
 * An elementwise function {@code y = f(x)} with up to two constants.
 *
 * @param kind which function
 * @param alpha first constant of the function, 0 where it has none
 * @param beta second constant, 0 where it has none
 */
public record UnaryFn(Kind kind, double alpha, double beta) {
    /** The functions, each with its formula; NaN in gives NaN out unless said otherwise. */
    public enum Kind {
        /** {@code -x}. */
        NEG,
        /** {@code |x|}; derivative 0 at 0. */
        ABS,
        /** {@code x > 0 ? 1 : x < 0 ? -1 : 0}; derivative 0. */
        SIGN,
        /** {@code alpha * x}. */
        SCALE,
        /** {@code x + alpha}. */
        SHIFT,
        /** {@code x^alpha}. */
        POW,
        /** {@code x^2}. */
        SQUARE,
        /** {@code sqrt x}; derivative infinite at 0. */
        SQRT,
        /** {@code 1 / sqrt x}. */
        RSQRT,
        /** {@code 1 / x}. */
        RECIPROCAL,
        /** {@code e^x}. */
        EXP,
        /** {@code e^x - 1}. */
        EXPM1,
        /** {@code ln x}. */
        LOG,
        /** {@code ln(1 + x)}. */
        LOG1P,
        /** {@code sin x}. */
        SIN,
        /** {@code cos x}. */
        COS,
        /** {@code tanh x}. */
        TANH,
        /** {@code 1 / (1 + e^-x)}. */
        SIGMOID,
        /** {@code max(x, 0)}; derivative 0 at 0. */
        RELU,
        /** {@code min(x, 0)}: the negative part; derivative 0 at 0. */
        NEGATIVE_PART,
        /** {@code x > 0 ? x : alpha * x}; derivative {@code alpha} at 0. */
        LEAKY_RELU,
        /** {@code x > 0 ? x : alpha * (e^x - 1)}. */
        ELU,
        /** {@code 0.5 x (1 + erf(x / sqrt 2))} (Hendrycks and Gimpel, arXiv 1606.08415). */
        GELU,
        /** {@code 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))}. */
        GELU_TANH,
        /** {@code x / (1 + e^-x)}. */
        SILU,
        /** {@code ln(1 + e^(alpha x)) / alpha}, x itself where {@code alpha x > beta}. */
        SOFTPLUS,
        /** {@code x * min(max(x + 3, 0), 6) / 6}. */
        HARDSWISH,
        /** {@code min(max(x + 3, 0), 6) / 6}. */
        HARDSIGMOID,
        /** {@code erf x}. */
        ERF,
        /** {@code min(max(x, alpha), beta)}; derivative 1 inside and at the bounds, 0 outside. */
        CLAMP,
        /** {@code x + alpha * sign x} with {@code sign 0 = +1}: the signed stabiliser of LRP denominators. */
        STABILIZE;
    }

    /** A function without constants. */
    public static UnaryFn of(Kind kind) {
        return new UnaryFn(kind, 0, 0);
    }

    /** {@code f(x)} in float64: the specification that kernels agree with. */
    public double apply(double x) {
        return UnaryMath.apply(this, x);
    }

    /** {@code f'(x)} in float64. */
    public double derivative(double x) {
        return UnaryMath.derivative(this, x);
    }

    /** {@code f'(x)} computed from {@code y = f(x)}; only where {@link #derivativeNeedsOnlyOutput()}. */
    public double derivativeFromOutput(double y) {
        return UnaryMath.derivativeFromOutput(this, y);
    }

    /** Whether the derivative follows from the output alone, so that a graph keeps y and not x. */
    public boolean derivativeNeedsOnlyOutput() {
        return switch (kind) {
            case SQRT, RSQRT, RECIPROCAL, EXP, EXPM1, TANH, SIGMOID, RELU -> true;
            default -> false;
        };
    }

    /** Whether the derivative depends on neither input nor output. */
    public boolean isAffine() {
        return switch (kind) {
            case NEG, SCALE, SHIFT -> true;
            default -> false;
        };
    }
}
