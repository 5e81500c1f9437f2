package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.parallel.WorkerPool;

/** Reads and adds at int32 positions within each spatial plane: what max pooling selects, and its adjoint. */
final class PlaneIndexing {
    private static final int GRAIN = 8_192;

    private final WorkerPool pool;
    private final Buffers buffers;
    private final Relayout copies;

    PlaneIndexing(WorkerPool pool, Buffers buffers) {
        this.pool = pool;
        this.buffers = buffers;
        copies = new Relayout(pool);
    }

    /** {@code y = x at indices}; indices are contiguous int32. */
    Tensor planeGather(Tensor x, Tensor indices) {
        Relayout.Flat source = copies.flat(x);
        int[] index = indices.ints();
        int first = (int) indices.offset();
        float[] out = buffers.take(indices.shape().arrayLength());
        int planes = indices.size(0) * indices.size(1);
        int cells = out.length / planes;
        int plane = (int) (x.elements() / planes);
        pool.forRange(planes, Math.max(1, GRAIN / cells), (from, to) -> {
            for (int p = from; p < to; p++) {
                for (int i = p * cells; i < (p + 1) * cells; i++) {
                    out[i] = source.array()[source.at() + p * plane + checked(index[first + i], plane, x.shape())];
                }
            }
        });
        return Buffers.result(out, indices.shape());
    }

    /** g added at its index in a plane of zeros; indices are contiguous int32. */
    Tensor planeScatter(Tensor g, Tensor indices, Shape xShape) {
        Relayout.Flat source = copies.flat(g);
        int[] index = indices.ints();
        int first = (int) indices.offset();
        float[] out = buffers.zeros(xShape.arrayLength());
        int planes = indices.size(0) * indices.size(1);
        int cells = (int) (indices.elements() / planes);
        int plane = out.length / planes;
        pool.forRange(planes, Math.max(1, GRAIN / cells), (from, to) -> {
            for (int p = from; p < to; p++) {
                for (int i = p * cells; i < (p + 1) * cells; i++) {
                    out[p * plane + checked(index[first + i], plane, xShape)] += source.array()[source.at() + i];
                }
            }
        });
        return Buffers.result(out, xShape);
    }

    private static int checked(int index, int plane, Shape shape) {
        if (index < 0 || index >= plane) {
            throw new IndexOutOfBoundsException("index " + index + " is outside of a plane of " + shape);
        }
        return index;
    }
}
