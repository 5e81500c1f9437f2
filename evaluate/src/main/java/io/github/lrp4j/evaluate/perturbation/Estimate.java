package io.github.lrp4j.evaluate.perturbation;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A mean over pictures and how sure it is.
 *
 * @param mean {@code m = 1 / n sum x}
 * @param standardError {@code sqrt(sum (x - m)^2 / (n - 1) / n)}; 0 of a single picture
 * @param count n
 * @param normal {@code m -+ 1.96 standard errors}: 95 percent if means are normally distributed
 * @param bootstrap from the 2.5th to the 97.5th percentile of the means of pictures that were drawn again, with
 *     replacement (Efron 1979), which supposes nothing about their distribution
 */
public record Estimate(double mean, double standardError, int count, Interval normal, Interval bootstrap) {
    /** The quantile of the normal distribution between whose two sides lie 95 percent. */
    private static final double NORMAL = 1.959963984540054;
    private static final double TAIL = 0.025;

    /**
     * A range of numbers.
     *
     * @param low its lower end
     * @param high its upper end
     */
    public record Interval(double low, double high) {
    }

    /**
     * The estimate for these values.
     *
     * @param values one per picture, in a fixed order
     * @param resamples how many means are drawn, at least 1
     * @param seed of the draws
     */
    public static Estimate of(double[] values, int resamples, long seed) {
        if (values.length == 0 || resamples < 1) {
            throw new IllegalArgumentException(
                    "estimate: " + values.length + " values and " + resamples + " resamples; give one at least");
        }
        int n = values.length;
        double mean = Arrays.stream(values).sum() / n;
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        double error = n == 1 ? 0 : Math.sqrt(squares / (n - 1) / n);
        return new Estimate(mean, error, n, new Interval(mean - NORMAL * error, mean + NORMAL * error),
                bootstrap(values, resamples, new SplittableRandom(seed)));
    }

    private static Interval bootstrap(double[] values, int resamples, SplittableRandom random) {
        double[] means = new double[resamples];
        for (int r = 0; r < resamples; r++) {
            double sum = 0;
            for (int i = 0; i < values.length; i++) {
                sum += values[random.nextInt(values.length)];
            }
            means[r] = sum / values.length;
        }
        Arrays.sort(means);
        return new Interval(quantile(means, TAIL), quantile(means, 1 - TAIL));
    }

    /** Between the two nearest of the sorted values, by distance. */
    private static double quantile(double[] sorted, double share) {
        double place = share * (sorted.length - 1);
        int below = (int) Math.floor(place);
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
