package io.github.lrp4j.evaluate.attribution;

import io.github.lrp4j.evaluate.Batch;
import io.github.lrp4j.tensor.Tensor;

/** {@code y_t(x) - y_t(x_k)}: what the logit of a sample loses in each variant of it. */
final class LogitDrops {
    /** Variants of one sample. */
    @FunctionalInterface
    interface Variants {
        /** Those from one to before another, {@code [to - from, ...]}. */
        Tensor of(int from, int to);
    }

    private LogitDrops() {
    }

    /**
     * The losses.
     *
     * @param sample which one of the batch
     * @param logits of the batch, {@code [N, classes]}
     * @param count how many variants there are
     * @param together how many are computed together
     */
    static double[] of(Batch batch, int sample, Tensor logits, int count, int together, Variants variants) {
        int target = batch.targets()[sample];
        double[] drops = new double[count];
        for (int from = 0; from < count; from += together) {
            int to = Math.min(count, from + together);
            Tensor without = batch.classifier().logits(variants.of(from, to));
            for (int k = from; k < to; k++) {
                drops[k] = logits.at(sample, target) - without.at(k - from, target);
            }
        }
        return drops;
    }
}
