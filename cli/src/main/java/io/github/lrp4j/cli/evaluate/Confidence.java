package io.github.lrp4j.cli.evaluate;

import java.util.Arrays;

/**
 * {@code m -+ z s / sqrt(n)}: a mean and its confidence interval, where means are normally distributed.
 *
 * @param level the share of runs whose interval holds the true mean, such as 0.95
 */
record Confidence(double level) {
    private static final double LARGEST = 40;

    /** The mean of some values, one per input. */
    Measured of(String method, String score, String measure, double[] values) {
        int n = values.length;
        double mean = Arrays.stream(values).sum() / n;
        double squares = Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum();
        double error = n < 2 ? 0 : Math.sqrt(squares / (n - 1) / n);
        double half = quantile() * error;
        return new Measured(method, score, measure, mean, error, mean - half, mean + half, n);
    }

    /**
     * {@code r = sum a / sum b}, with the standard error of its linearisation, {@code sd(a - r b) / (mean(b) sqrt(n))}.
     *
     * @param parts a, one per input
     * @param wholes b, one per input, positive
     */
    Measured ofRatio(String method, String measure, double[] parts, double[] wholes) {
        double whole = Arrays.stream(wholes).sum();
        double ratio = Arrays.stream(parts).sum() / whole;
        double[] rest = new double[parts.length];
        for (int i = 0; i < rest.length; i++) {
            rest[i] = parts[i] - ratio * wholes[i];
        }
        double error = of(method, "", measure, rest).error() * parts.length / whole;
        double half = quantile() * error;
        return new Measured(method, "", measure, ratio, error, ratio - half, ratio + half, parts.length);
    }

    /** {@code z} with {@code P(|Z| <= z) = level}, by bisection. */
    double quantile() {
        double low = 0;
        double high = LARGEST;
        for (double middle = high / 2; middle > low && middle < high; middle = (low + high) / 2) {
            if (within(middle) < level) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    /** {@code P(|Z| <= z) = 2 phi(z) (z + z^3 / 3 + z^5 / 15 + ...)}. */
    private static double within(double z) {
        double term = z;
        double sum = z;
        for (int k = 3; term > sum * 1e-17; k += 2) {
            term *= z * z / k;
            sum += term;
        }
        return 2 * Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI) * sum;
    }
}
