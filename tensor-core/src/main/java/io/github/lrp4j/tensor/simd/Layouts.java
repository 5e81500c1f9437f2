package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.parallel.WorkerPool;
import java.util.Arrays;
import java.util.List;

/** Kernels that only move numbers: each is a strided copy into its place. */
final class Layouts {
    private static final int GRAIN = 16_384;

    private final WorkerPool pool;
    private final Buffers buffers;
    private final Relayout copies;

    Layouts(WorkerPool pool, Buffers buffers) {
        this.pool = pool;
        this.buffers = buffers;
        copies = new Relayout(pool);
    }

    Tensor contiguous(Tensor x) {
        float[] out = buffers.take(x.shape().arrayLength());
        copies.copy(x, out, 0, Relayout.steps(x.shape().rowMajorStrides()));
        return Buffers.result(out, x.shape());
    }

    Tensor concat(List<Tensor> parts, int dim, Shape shape) {
        int[] steps = Relayout.steps(shape.rowMajorStrides());
        float[] out = buffers.take(shape.arrayLength());
        int at = 0;
        for (Tensor part : parts) {
            copies.copy(part, out, at, steps);
            at += part.size(dim) * steps[dim];
        }
        return Buffers.result(out, shape);
    }

    Tensor pad(Tensor x, List<Integer> before, List<Integer> after, double value) {
        int[] sizes = new int[x.rank()];
        Tensor kept = x;
        for (int d = 0; d < sizes.length; d++) {
            sizes[d] = x.size(d) + before.get(d) + after.get(d);
            kept = kept.slice(d, Math.max(0, -before.get(d)), Math.max(0, x.size(d) + Math.min(0, after.get(d))));
        }
        Shape shape = Shape.of(sizes);
        int[] steps = Relayout.steps(shape.rowMajorStrides());
        float[] out = new float[shape.arrayLength()];
        if ((float) value != 0) {
            Arrays.fill(out, (float) value);
        }
        int at = 0;
        for (int d = 0; d < sizes.length; d++) {
            at += Math.max(0, before.get(d)) * steps[d];
        }
        copies.copy(kept, out, at, steps);
        return Tensor.of(out, shape);
    }

    Tensor flip(Tensor x, List<Integer> dims) {
        int[] steps = Relayout.steps(x);
        int from = (int) x.offset();
        for (int dim : dims) {
            from += (x.size(dim) - 1) * steps[dim];
            steps[dim] = -steps[dim];
        }
        float[] out = new float[x.shape().arrayLength()];
        if (out.length > 0) {
            copies.copy(x.floats(), from, steps, out, 0, Relayout.steps(x.shape().rowMajorStrides()),
                    x.shape().toArray());
        }
        return Tensor.of(out, x.shape());
    }

    /** F32 of half precision or F32 (shared where nothing has to move) or of unsigned bytes. */
    Tensor toSingle(Tensor x) {
        if (x.dtype().bytes() == 1) {
            return Tensor.of(ofBytes(x), x.shape());
        }
        if (!x.isContiguous()) {
            return contiguous(x);
        }
        if (x.dtype() == DType.F32) {
            return x;
        }
        float[] all = x.floats();
        int count = x.shape().arrayLength();
        return Tensor.of(
                all.length == count ? all : Arrays.copyOfRange(all, (int) x.offset(), (int) x.offset() + count),
                x.shape());
    }

    private float[] ofBytes(Tensor x) {
        float[] out = new float[x.shape().arrayLength()];
        pool.forRange(out.length, GRAIN, (from, to) -> {
            Operand in = Operand.of(x, x.shape());
            for (int p = from; p < to;) {
                int count = in.reach(p, to - p);
                in.locate(p, count);
                System.arraycopy(in.array, in.at, out, p, count);
                p += count;
            }
        });
        return out;
    }
}
