package io.github.lrp4j.evaluate.sanity;

import io.github.lrp4j.evaluate.Attribution;
import io.github.lrp4j.evaluate.Batch;
import io.github.lrp4j.tensor.Tensor;
import java.util.Arrays;

/**
 * Whether an attribution says the same when it is asked again.
 *
 * @param bitwise whether two runs over one batch gave the same bits
 * @param largestDifference {@code max |R - R'|} between a whole batch and its pictures one by one, relative to {@code
 *     max |R|}
 */
public record Repeatability(boolean bitwise, double largestDifference) {
    /** Asks for the batch, the batch again, and every picture by itself. */
    public static Repeatability of(Attribution attribution, Batch batch) {
        return of(attribution, batch, attribution.of(batch));
    }

    /**
     * Asks for the batch again, and for every picture by itself.
     *
     * @param said what the attribution said of the batch
     */
    public static Repeatability of(Attribution attribution, Batch batch, Tensor said) {
        double[] first = said.toDoubleArray();
        double[] second = attribution.of(batch).toDoubleArray();
        double largest = 0;
        double difference = 0;
        int size = first.length / batch.size();
        for (int n = 0; n < batch.size(); n++) {
            Batch alone = new Batch(batch.classifier(), batch.inputs().slice(0, n, n + 1),
                    new int[] {batch.targets()[n]}, new long[] {batch.keys()[n]});
            double[] single = attribution.of(alone).toDoubleArray();
            for (int i = 0; i < size; i++) {
                largest = Math.max(largest, Math.abs(first[n * size + i]));
                difference = Math.max(difference, Math.abs(first[n * size + i] - single[i]));
            }
        }
        return new Repeatability(Arrays.equals(first, second), largest == 0 ? 0 : difference / largest);
    }
}
