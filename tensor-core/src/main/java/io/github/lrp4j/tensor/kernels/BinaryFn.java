package io.github.lrp4j.tensor.kernels;

/** An elementwise function of two tensors that broadcast against each other. */
public enum BinaryFn {
    /** {@code a + b}. */
    ADD,
    /** {@code a - b}. */
    SUB,
    /** {@code a * b}. */
    MUL,
    /** {@code a / b}. */
    DIV,
    /** {@code a^b}. */
    POW,
    /** The larger one; NaN if either is NaN. */
    MAXIMUM,
    /** The smaller one; NaN if either is NaN. */
    MINIMUM,
    /** {@code 1 if a == b else 0}. */
    EQUAL,
    /** {@code 1 if a > b else 0}. */
    GREATER;

    /** {@code f(a, b)} in float64: the specification. */
    public double apply(double a, double b) {
        return switch (this) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / b;
            case POW -> Math.pow(a, b);
            case MAXIMUM -> Math.max(a, b);
            case MINIMUM -> Math.min(a, b);
            case EQUAL -> a == b ? 1 : 0;
            case GREATER -> a > b ? 1 : 0;
        };
    }
}
