package io.github.lrp4j.evaluate.attribution;

import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Retain;
import io.github.lrp4j.evaluate.Attribution;
import io.github.lrp4j.evaluate.Batch;
import io.github.lrp4j.evaluate.Classifier.Recorded;
import io.github.lrp4j.tensor.Tensor;

/**
 * {@code R = mean over the tokens that the head reads of the rows of B_L ... B_1}, as of {@link AttentionRollout}, of embedded
 * texts {@code [N, T, D]} (Abnar, Zuidema 2020, arXiv 2005.00928, section 3).
 *
 * <p>Of an answer in a context, the head reads its first and its last token. Relevance is {@code [N, T, 1]} and sums to 1. A
 * decoder that attends to what an encoder read is not told from a further layer: ask it of encoders alone.
 */
public record TokenRollout() implements Attribution {
    @Override
    public String name() {
        return "attention-rollout";
    }

    /** @throws IllegalArgumentException if the graph has no self-attention over the tokens */
    @Override
    public Tensor of(Batch batch) {
        Recorded recorded = batch.classifier().record(batch.inputs(), Retain.SPEED);
        Tensor row = Rollout.of(batch.kernels(), Graph.of(recorded.logits()));
        if (row.size(2) != batch.inputs().size(1)) {
            throw new IllegalArgumentException("attention rollout: attention over " + row.size(2) + " tokens of inputs "
                    + batch.inputs().shape() + "; it is for embedded texts [N, T, D]");
        }
        Tensor relevance = Tensor.of(row.toDoubleArray(), row.dtype(), batch.inputs().shape().with(2, 1));
        recorded.free();
        return relevance;
    }
}
