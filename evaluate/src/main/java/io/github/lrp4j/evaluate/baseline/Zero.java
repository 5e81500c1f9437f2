package io.github.lrp4j.evaluate.baseline;

import io.github.lrp4j.evaluate.Batch;
import io.github.lrp4j.tensor.Tensor;

/** {@code x' = 0}: of a normalised picture, the mean colour of the data. */
public record Zero() implements Baseline {
    @Override
    public String name() {
        return "zero";
    }

    @Override
    public Tensor of(Batch batch) {
        return Tensor.zeros(batch.inputs().dtype(), batch.inputs().shape());
    }
}
