package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.parallel.WorkerPool;
import java.util.Arrays;

/** {@code y_i = sum_{j <= i} x_j} along a dimension, carried in float64. */
final class RunningSums {
    private static final int GRAIN = 16_384;

    private final WorkerPool pool;
    private final Relayout copies;

    RunningSums(WorkerPool pool) {
        this.pool = pool;
        copies = new Relayout(pool);
    }

    Tensor cumulativeSum(Tensor x, int dim, boolean reversed) {
        Relayout.Flat source = copies.flat(x);
        Lines lines = Lines.along(x.shape(), dim);
        float[] out = new float[x.shape().arrayLength()];
        int step = reversed ? -lines.inner() : lines.inner();
        int first = reversed ? (lines.length() - 1) * lines.inner() : 0;
        int slab = lines.length() * lines.inner();
        pool.forRange(lines.outer(), Math.max(1, GRAIN / Math.max(1, slab)), (from, to) -> {
            double[] carry = new double[lines.inner()];
            for (int o = from; o < to; o++) {
                Arrays.fill(carry, 0);
                for (int i = 0, at = o * slab + first; i < lines.length(); i++, at += step) {
                    for (int c = 0; c < carry.length; c++) {
                        carry[c] += source.array()[source.at() + at + c];
                        out[at + c] = (float) carry[c];
                    }
                }
            }
        });
        return Tensor.of(out, x.shape());
    }
}
