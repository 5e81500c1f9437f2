package io.github.lrp4j.evaluate.attribution;

import io.github.lrp4j.evaluate.Attribution;
import io.github.lrp4j.evaluate.Batch;
import io.github.lrp4j.tensor.Tensor;

/** {@code R = d y_t / dx}: what a small change of each cell does to the logit. */
public record Gradient() implements Attribution {
    @Override
    public String name() {
        return "gradient";
    }

    @Override
    public Tensor of(Batch batch) {
        return batch.gradient(batch.inputs());
    }
}
