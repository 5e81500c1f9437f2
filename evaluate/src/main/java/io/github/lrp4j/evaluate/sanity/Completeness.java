package io.github.lrp4j.evaluate.sanity;

import io.github.lrp4j.evaluate.Batch;
import io.github.lrp4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * What the relevance of one picture adds up to.
 *
 * <p>Relevance that started with 1 and lost nothing on its way sums to 1; of an attribution that decomposes the logit,
 * such as integrated gradients, the sum is the logit less that of a baseline. Biases take what they take: a network
 * without them shows whether a rule conserves.
 *
 * @param sum {@code sum R}
 * @param size {@code sum |R|}; a size far above the sum means that large amounts cancel
 * @param logit the logit of the target
 */
public record Completeness(double sum, double size, double logit) {
    /** Of every picture. */
    public static List<Completeness> of(Batch batch, Tensor relevance) {
        Tensor logits = batch.classifier().logits(batch.inputs());
        List<Completeness> all = new ArrayList<>();
        for (int n = 0; n < batch.size(); n++) {
            double sum = 0;
            double size = 0;
            for (double cell : relevance.select(0, n).toDoubleArray()) {
                sum += cell;
                size += Math.abs(cell);
            }
            all.add(new Completeness(sum, size, logits.at(n, batch.targets()[n])));
        }
        return all;
    }

    /** {@code |sum - 1|}: how much of a start with 1 is missing, or too much. */
    public double lostOfOne() {
        return Math.abs(sum - 1);
    }
}
