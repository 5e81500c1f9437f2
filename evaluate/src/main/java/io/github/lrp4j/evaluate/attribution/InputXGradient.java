package io.github.lrp4j.evaluate.attribution;

import io.github.lrp4j.evaluate.Attribution;
import io.github.lrp4j.evaluate.Batch;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;

/** {@code R = x d y_t / dx} (Shrikumar et al. 2016, arXiv 1605.01713). */
public record InputXGradient() implements Attribution {
    @Override
    public String name() {
        return "input-x-gradient";
    }

    @Override
    public Tensor of(Batch batch) {
        return batch.kernels().binary(BinaryFn.MUL, batch.inputs(), batch.gradient(batch.inputs()));
    }
}
