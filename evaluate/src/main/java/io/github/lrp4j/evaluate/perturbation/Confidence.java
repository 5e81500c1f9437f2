package io.github.lrp4j.evaluate.perturbation;

import io.github.lrp4j.evaluate.perturbation.Estimate.Interval;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * {@code m -+ z s / sqrt(n)}, and the percentiles of means of inputs drawn again: how sure means are.
 *
 * @param level the share of runs whose interval holds the true mean, such as 0.95
 * @param resamples how often inputs are drawn again, with replacement, for the bootstrap interval (Efron 1979)
 * @param seed of these draws
 */
public record Confidence(double level, int resamples, long seed) {
    /** How often inputs are drawn again where nobody says otherwise. */
    public static final int RESAMPLES = 1000;

    private static final double LARGEST = 40;

    /**
     * Checks.
     *
     * @throws IllegalArgumentException if the level does not lie between 0 and 1, or nothing is drawn
     */
    public Confidence {
        if (!(level > 0 && level < 1) || resamples < 1) {
            throw new IllegalArgumentException("confidence: level " + level + " must lie between 0 and 1, resamples "
                    + resamples + " must be at least 1");
        }
    }

    /**
     * The mean of some values, {@code m = 1 / n sum x}, with the error {@code sqrt(sum (x - m)^2 / (n - 1) / n)}.
     *
     * @param values one per input, in a fixed order
     * @throws IllegalArgumentException if there is none
     */
    public Estimate of(double[] values) {
        double[] ones = new double[values.length];
        Arrays.fill(ones, 1);
        return ofRatio(values, ones);
    }

    /**
     * {@code r = sum a / sum b}, with the standard error of its linearisation, {@code sd(a - r b) / (mean(b) sqrt(n))}. Where
     * every b is 1 these are the mean and its error.
     *
     * @param parts a, one per input
     * @param wholes b, one per input, positive
     * @throws IllegalArgumentException if there is none, or not as many of both
     */
    public Estimate ofRatio(double[] parts, double[] wholes) {
        int n = parts.length;
        if (n == 0 || wholes.length != n) {
            throw new IllegalArgumentException(
                    "estimate: " + n + " values of " + wholes.length + " inputs; give one at least, and one for each");
        }
        double whole = Arrays.stream(wholes).sum();
        double ratio = Arrays.stream(parts).sum() / whole;
        double squares = 0;
        for (int i = 0; i < n; i++) {
            double rest = parts[i] - ratio * wholes[i];
            squares += rest * rest;
        }
        double error = n == 1 ? 0 : Math.sqrt(squares / (n - 1) / n) * n / whole;
        return new Estimate(ratio, error, n, Interval.around(ratio, quantile() * error), bootstrap(parts, wholes));
    }

    private Interval bootstrap(double[] parts, double[] wholes) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] ratios = new double[resamples];
        for (int r = 0; r < resamples; r++) {
            double part = 0;
            double whole = 0;
            for (int i = 0; i < parts.length; i++) {
                int drawn = random.nextInt(parts.length);
                part += parts[drawn];
                whole += wholes[drawn];
            }
            ratios[r] = part / whole;
        }
        Arrays.sort(ratios);
        double tail = (1 - level) / 2;
        return new Interval(percentile(ratios, tail), percentile(ratios, 1 - tail));
    }

    /** Between the two nearest of the sorted values, by distance. */
    private static double percentile(double[] sorted, double share) {
        double place = share * (sorted.length - 1);
        int below = (int) Math.floor(place);
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    /** {@code z} with {@code P(|Z| <= z) = level}, by bisection. */
    public double quantile() {
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
