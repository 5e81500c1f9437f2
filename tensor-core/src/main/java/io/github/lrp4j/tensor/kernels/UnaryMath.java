package io.github.lrp4j.tensor.kernels;

/** The formulas of {@link UnaryFn} in float64. */
final class UnaryMath {
    private static final double SQRT_HALF = Math.sqrt(0.5);
    private static final double GELU_TANH_SCALE = Math.sqrt(2 / Math.PI);
    private static final double GELU_TANH_CUBIC = 0.044715;
    private static final double INV_SQRT_2PI = 1 / Math.sqrt(2 * Math.PI);

    private UnaryMath() {
    }

    static double apply(UnaryFn f, double x) {
        double a = f.alpha();
        return switch (f.kind()) {
            case NEG -> -x;
            case ABS -> Math.abs(x);
            case SIGN -> x > 0 ? 1 : x < 0 ? -1 : x;
            case SCALE -> a * x;
            case SHIFT -> x + a;
            case POW -> Math.pow(x, a);
            case SQUARE -> x * x;
            case SQRT -> Math.sqrt(x);
            case RSQRT -> 1 / Math.sqrt(x);
            case RECIPROCAL -> 1 / x;
            case EXP -> Math.exp(x);
            case EXPM1 -> Math.expm1(x);
            case LOG -> Math.log(x);
            case LOG1P -> Math.log1p(x);
            case SIN -> Math.sin(x);
            case COS -> Math.cos(x);
            case TANH -> Math.tanh(x);
            case SIGMOID -> sigmoid(x);
            case RELU -> Math.max(x, 0);
            case NEGATIVE_PART -> Math.min(x, 0);
            case LEAKY_RELU -> x > 0 ? x : a * x;
            case ELU -> x > 0 ? x : a * Math.expm1(x);
            case GELU -> x * normalCdf(x);
            case GELU_TANH -> 0.5 * x * (1 + Math.tanh(geluTanhArgument(x)));
            case SILU -> x * sigmoid(x);
            case SOFTPLUS -> a * x > f.beta() ? x : Math.log1p(Math.exp(a * x)) / a;
            case HARDSWISH -> x * Math.min(Math.max(x + 3, 0), 6) / 6;
            case HARDSIGMOID -> Math.min(Math.max(x + 3, 0), 6) / 6;
            case ERF -> erf(x);
            case CLAMP -> Math.min(Math.max(x, a), f.beta());
            case STABILIZE -> x < 0 ? x - a : x + a;
        };
    }

    static double derivative(UnaryFn f, double x) {
        double a = f.alpha();
        return switch (f.kind()) {
            case NEG -> -1;
            case ABS -> Double.isNaN(x) ? x : Math.signum(x);
            case SIGN -> 0;
            case SCALE -> a;
            case SHIFT, STABILIZE -> 1;
            case POW -> a == 0 ? 0 : a * Math.pow(x, a - 1);
            case SQUARE -> 2 * x;
            case LOG -> 1 / x;
            case LOG1P -> 1 / (1 + x);
            case SIN -> Math.cos(x);
            case COS -> -Math.sin(x);
            case NEGATIVE_PART -> x < 0 ? 1 : 0;
            case LEAKY_RELU -> x > 0 ? 1 : a;
            case ELU -> x > 0 ? 1 : a * Math.exp(x);
            case GELU -> normalCdf(x) + x * INV_SQRT_2PI * Math.exp(-0.5 * x * x);
            case GELU_TANH -> {
                double t = Math.tanh(geluTanhArgument(x));
                double inner = GELU_TANH_SCALE * (1 + 3 * GELU_TANH_CUBIC * x * x);
                yield 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * inner;
            }
            case SILU -> {
                double s = sigmoid(x);
                yield s * (1 + x * (1 - s));
            }
            case SOFTPLUS -> a * x > f.beta() ? 1 : sigmoid(a * x);
            case HARDSWISH -> x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5;
            case HARDSIGMOID -> x > -3 && x < 3 ? 1.0 / 6 : 0;
            case ERF -> 2 / Math.sqrt(Math.PI) * Math.exp(-x * x);
            case CLAMP -> x >= a && x <= f.beta() ? 1 : Double.isNaN(x) ? x : 0;
            case SQRT, RSQRT, RECIPROCAL, EXP, EXPM1, TANH, SIGMOID, RELU -> derivativeFromOutput(f, apply(f, x));
        };
    }

    static double derivativeFromOutput(UnaryFn f, double y) {
        return switch (f.kind()) {
            case SQRT -> 0.5 / y;
            case RSQRT -> -0.5 * y * y * y;
            case RECIPROCAL -> -y * y;
            case EXP -> y;
            case EXPM1 -> y + 1;
            case TANH -> 1 - y * y;
            case SIGMOID -> y * (1 - y);
            case RELU -> y > 0 ? 1 : 0;
            default -> throw new IllegalArgumentException(f.kind() + ": the derivative needs the input");
        };
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static double geluTanhArgument(double x) {
        return GELU_TANH_SCALE * (x + GELU_TANH_CUBIC * x * x * x);
    }

    private static double normalCdf(double x) {
        return 0.5 * (1 + erf(x * SQRT_HALF));
    }

    /**
     * The error function to about one ulp: the Maclaurin series for small arguments, the continued fraction of erfc
     * (Abramowitz and Stegun 7.1.5 and 7.1.14) for large ones.
     */
    static double erf(double x) {
        double t = Math.abs(x);
        if (Double.isNaN(x)) {
            return x;
        }
        if (t > 6) {
            return Math.signum(x);
        }
        if (t < 2.5) {
            double term = x;
            double sum = x;
            for (int n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
                // The all-positive form e^(-x^2) * sum 2^n x^(2n+1) / (2n+1)!! does not cancel.
                term *= 2 * x * x / (2 * n + 1);
                sum += term;
            }
            return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
        }
        double fraction = 0;
        for (int k = 80; k >= 1; k--) {
            fraction = 0.5 * k / (t + fraction);
        }
        double erfc = Math.exp(-t * t) / Math.sqrt(Math.PI) / (t + fraction);
        return Math.signum(x) * (1 - erfc);
    }
}
