package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Indexed;
import io.github.lrp4j.tensor.parallel.WorkerPool;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The largest or smallest element along a dimension with its first position; NaN wins. */
final class Extrema {
    private static final VectorSpecies<Float> F = Species.F;
    private static final VectorSpecies<Integer> I = Species.I;
    private static final int LANES = F.length();
    private static final int GRAIN = 16_384;

    private final WorkerPool pool;
    private final Relayout copies;

    Extrema(WorkerPool pool) {
        this.pool = pool;
        copies = new Relayout(pool);
    }

    /** Of a tensor whose dimension {@code dim} is not empty. */
    Indexed extremum(Tensor x, int dim, boolean largest) {
        Shape shape = x.shape().without(dim);
        Relayout.Flat source = copies.flat(x);
        Lines lines = Lines.along(x.shape(), dim);
        float[] values = new float[shape.arrayLength()];
        long[] indices = new long[values.length];
        if (lines.inner() == 1) {
            pool.forRange(lines.outer(), Math.max(1, GRAIN / lines.length()), (from, to) -> {
                for (int o = from; o < to; o++) {
                    row(source.array(), source.at() + o * lines.length(), lines.length(), largest, values, indices, o);
                }
            });
        } else {
            pool.forRange(lines.outer(), Math.max(1, GRAIN / (lines.length() * lines.inner())), (from, to) -> {
                for (int o = from; o < to; o++) {
                    for (int c = 0; c < lines.inner(); c += LANES) {
                        int at = source.at() + o * lines.length() * lines.inner() + c;
                        columns(source.array(), at, lines, Math.min(LANES, lines.inner() - c), largest ? 1 : -1, values,
                                indices, o * lines.inner() + c);
                    }
                }
            });
        }
        return new Indexed(Tensor.of(values, shape), Tensor.of(indices, shape));
    }

    private static void row(float[] x, int at, int n, boolean largest, float[] values, long[] indices, int to) {
        float best = largest ? Runs.max(x, at, n) : Runs.min(x, at, n);
        values[to] = best;
        indices[to] = first(x, at, n, best);
    }

    private static int first(float[] x, int at, int n, float value) {
        boolean nan = Float.isNaN(value);
        for (int i = 0; i < n; i += LANES) {
            VectorMask<Float> in = F.indexInRange(i, n);
            FloatVector v = FloatVector.fromArray(F, x, at + i, in);
            VectorMask<Float> hit = nan ? v.compare(VectorOperators.NE, v) : v.compare(VectorOperators.EQ, value);
            int lane = hit.and(in).firstTrue();
            if (lane < LANES) {
                return i + lane;
            }
        }
        throw new AssertionError("an extremum is one of its elements");
    }

    /** Up to a vector of neighbouring lines; the smallest is found as the largest of the negated. */
    private static void columns(float[] x, int at, Lines lines, int count, float sign, float[] values, long[] indices,
            int to) {
        VectorMask<Float> in = F.indexInRange(0, count);
        FloatVector best = FloatVector.fromArray(F, x, at, in).mul(sign);
        IntVector index = IntVector.zero(I);
        for (int i = 1; i < lines.length(); i++) {
            FloatVector v = FloatVector.fromArray(F, x, at + i * lines.inner(), in).mul(sign);
            VectorMask<Float> better = VectorMath.beats(v, best);
            best = best.blend(v, better);
            index = index.blend(i, better.cast(I));
        }
        best.mul(sign).intoArray(values, to, in);
        int[] found = index.toArray();
        for (int c = 0; c < count; c++) {
            indices[to + c] = found[c];
        }
    }
}
