package io.github.lrp4j.evaluate.sanity;

import java.util.Comparator;
import java.util.stream.IntStream;

/** Spearman's rank correlation. */
public final class RankCorrelation {
    private RankCorrelation() {
    }

    /**
     * {@code cov(rank a, rank b) / (sd(rank a) sd(rank b))}; equal values share the mean of their ranks. NaN where all
     * values of one side are equal.
     */
    public static double of(double[] a, double[] b) {
        if (a.length != b.length || a.length < 2) {
            throw new IllegalArgumentException(
                    "rank correlation: " + a.length + " and " + b.length
                            + " values; give as many on both sides, two at least");
        }
        double[] x = ranks(a);
        double[] y = ranks(b);
        double mean = (a.length - 1) / 2.0;
        double both = 0;
        double xs = 0;
        double ys = 0;
        for (int i = 0; i < x.length; i++) {
            both += (x[i] - mean) * (y[i] - mean);
            xs += (x[i] - mean) * (x[i] - mean);
            ys += (y[i] - mean) * (y[i] - mean);
        }
        return both / Math.sqrt(xs * ys);
    }

    private static double[] ranks(double[] values) {
        int[] order = IntStream.range(0, values.length).boxed()
                .sorted(Comparator.comparingDouble(i -> values[i] + 0.0)).mapToInt(Integer::intValue).toArray();
        double[] ranks = new double[values.length];
        int from = 0;
        while (from < order.length) {
            int to = from;
            while (to + 1 < order.length && values[order[to + 1]] == values[order[from]]) {
                to++;
            }
            for (int i = from; i <= to; i++) {
                ranks[order[i]] = (from + to) / 2.0;
            }
            from = to + 1;
        }
        return ranks;
    }
}
