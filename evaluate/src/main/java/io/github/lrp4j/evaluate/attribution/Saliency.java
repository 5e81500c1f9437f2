package io.github.lrp4j.evaluate.attribution;

import io.github.lrp4j.evaluate.Attribution;
import io.github.lrp4j.evaluate.Batch;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Reduction;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import java.util.List;

/**
 * {@code R[h, w] = max_c |d y_t / dx[c, h, w]|} of pictures {@code [N, C, H, W]} (Simonyan, Vedaldi, Zisserman 2014,
 * arXiv 1312.6034, section 3.1).
 */
public record Saliency() implements Attribution {
    @Override
    public String name() {
        return "saliency";
    }

    @Override
    public Tensor of(Batch batch) {
        Tensor sizes = batch.kernels().unary(UnaryFn.of(UnaryFn.Kind.ABS), batch.gradient(batch.inputs()));
        return batch.kernels().reduce(Reduction.MAX, sizes, List.of(1), true);
    }
}
