package io.github.lrp4j.evaluate.perturbation;

/**
 * A mean over inputs, or a ratio of two sums over them, and how sure it is; see {@link Confidence}.
 *
 * @param mean the mean, or the ratio
 * @param standardError its standard error; 0 of a single input
 * @param count how many inputs
 * @param normal its confidence interval if means are normally distributed
 * @param bootstrap its confidence interval from inputs that were drawn again, which supposes nothing about their distribution
 */
public record Estimate(double mean, double standardError, int count, Interval normal, Interval bootstrap) {
    /**
     * A range of numbers.
     *
     * @param low its lower end
     * @param high its upper end
     */
    public record Interval(double low, double high) {
        /** {@code middle -+ half}. */
        static Interval around(double middle, double half) {
            return new Interval(middle - half, middle + half);
        }

        /** Half of its length. */
        public double half() {
            return (high - low) / 2;
        }
    }
}
