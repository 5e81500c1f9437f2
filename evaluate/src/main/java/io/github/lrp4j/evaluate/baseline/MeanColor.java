package io.github.lrp4j.evaluate.baseline;

import io.github.lrp4j.evaluate.Batch;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Reduction;
import java.util.List;

/** {@code x'[n, c, :, :] = mean of x[n, c, :, :]}: the mean colour of each picture, {@code [N, C, H, W]}. */
public record MeanColor() implements Baseline {
    @Override
    public String name() {
        return "mean";
    }

    @Override
    public Tensor of(Batch batch) {
        return batch.kernels().reduce(Reduction.MEAN, batch.inputs(), List.of(2, 3), true)
                .expand(batch.inputs().shape());
    }
}
