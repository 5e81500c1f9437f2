package io.github.lrp4j.lrp;

/**
 * {@code sum x_i} to about one ulp of the result plus {@code n^2 u^2 sum |x_i|}, whatever the order of the n terms.
 *
 * <p>Neumaier 1974: the low part of every addition is kept apart, also where a term is larger than the sum so far. Once a
 * term is not finite, the sum is what plain addition gives.
 */
final class CompensatedSum {
    private double high;
    private double low;

    /** Adds a term. */
    CompensatedSum add(double term) {
        double sum = high + term;
        low += Math.abs(high) >= Math.abs(term) ? (high - sum) + term : (term - sum) + high;
        high = sum;
        return this;
    }

    /** The sum. */
    double value() {
        return Double.isFinite(high) ? high + low : high;
    }
}
