package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.parallel.WorkerPool;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Softmax, its logarithm and their adjoints, row by row; another dimension than the last is brought there first. */
final class Softmaxes {
    private static final VectorSpecies<Float> F = Species.F;
    private static final int LANES = F.length();
    private static final int GRAIN = 8_192;

    private final WorkerPool pool;
    private final Buffers buffers;
    private final Relayout copies;

    Softmaxes(WorkerPool pool, Buffers buffers) {
        this.pool = pool;
        this.buffers = buffers;
        copies = new Relayout(pool);
    }

    Tensor softmax(Tensor x, int dim) {
        return rows(x, x, dim, (a, ao, b, bo, y, yo, n) -> softmaxRow(a, ao, y, yo, n));
    }

    Tensor softmaxVjp(Tensor y, Tensor g, int dim) {
        return rows(y, g, dim, Softmaxes::softmaxVjpRow);
    }

    Tensor logSoftmax(Tensor x, int dim) {
        return rows(x, x, dim, (a, ao, b, bo, y, yo, n) -> logSoftmaxRow(a, ao, y, yo, n));
    }

    Tensor logSoftmaxVjp(Tensor y, Tensor g, int dim) {
        return rows(y, g, dim, Softmaxes::logSoftmaxVjpRow);
    }

    private Tensor rows(Tensor a, Tensor b, int dim, Loops.Two row) {
        int last = a.rank() - 1;
        if (dim != last && a.rank() > 0) {
            Tensor moved = a.transpose(dim, last);
            Tensor result = rows(moved, a == b ? moved : b.transpose(dim, last), last, row).transpose(dim, last);
            return result.isContiguous() ? result : Tensor.of(copies.copyOf(result), a.shape());
        }
        Shape shape = a.shape();
        int n = a.rank() == 0 ? 1 : shape.size(last);
        float[] out = buffers.take(shape.arrayLength());
        if (out.length == 0) {
            return Tensor.of(out, shape);
        }
        Relayout.Flat first = copies.flat(a);
        Relayout.Flat second = a == b ? first : copies.flat(b);
        pool.forRange(out.length / n, Math.max(1, GRAIN / n), (from, to) -> {
            for (int r = from; r < to; r++) {
                row.apply(first.array(), first.at() + r * n, second.array(), second.at() + r * n, out, r * n, n);
            }
        });
        return Buffers.result(out, shape);
    }

    private static void softmaxRow(float[] x, int xo, float[] y, int yo, int n) {
        float max = Runs.max(x, xo, n);
        double sum = expAndSum(x, xo, max, y, yo, n);
        float inverse = (float) (1 / sum);
        for (int i = 0; i < n; i++) {
            y[yo + i] *= inverse;
        }
    }

    /** {@code y = exp(x - max)}; returns the sum of y. */
    private static double expAndSum(float[] x, int xo, float max, float[] y, int yo, int n) {
        float[] in = x;
        float[] out = y;
        int length = n;
        if (n < LANES) {
            // A short row is padded with what adds nothing.
            in = new float[LANES];
            out = in;
            length = LANES;
            Arrays.fill(in, n, LANES, Float.NEGATIVE_INFINITY);
            System.arraycopy(x, xo, in, 0, n);
        }
        double sum = 0;
        for (int from = 0; from < length; from += Runs.BLOCK) {
            sum += expBlock(in, in == x ? xo : 0, max, out, out == y ? yo : 0, from,
                    Math.min(from + Runs.BLOCK, length),
                    length);
        }
        if (n < LANES) {
            System.arraycopy(out, 0, y, yo, n);
        }
        return sum;
    }

    /** The elements {@code from .. to - 1} of a row of n; the last vector of the row reaches back where it must. */
    private static double expBlock(float[] x, int xo, float max, float[] y, int yo, int from, int to, int n) {
        FloatVector top = FloatVector.broadcast(F, max);
        FloatVector sum = FloatVector.zero(F);
        for (int o = from; o < to; o += LANES) {
            int i = Math.min(o, n - LANES);
            FloatVector e = VectorMath.expOfMinus(top.sub(FloatVector.fromArray(F, x, xo + i)));
            e.intoArray(y, yo + i);
            sum = sum.add(i == o ? e : e.blend(0, F.indexInRange(0, o - i)));
        }
        return VectorMath.sum(sum);
    }

    /** {@code out = y (g - sum(g y))}; out may be g. */
    static void softmaxVjpRow(float[] y, int yo, float[] g, int go, float[] out, int oo, int n) {
        float mean = (float) Runs.dot(y, yo, g, go, n);
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector.fromArray(F, g, go + i).sub(mean).mul(FloatVector.fromArray(F, y, yo + i)).intoArray(out,
                    oo + i);
        }
        for (; i < n; i++) {
            out[oo + i] = (g[go + i] - mean) * y[yo + i];
        }
    }

    private static void logSoftmaxRow(float[] x, int xo, float[] y, int yo, int n) {
        float max = Runs.max(x, xo, n);
        float log = (float) Math.log(expAndSum(x, xo, max, y, yo, n));
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector.fromArray(F, x, xo + i).sub(max).sub(log).intoArray(y, yo + i);
        }
        for (; i < n; i++) {
            y[yo + i] = x[xo + i] - max - log;
        }
    }

    private static void logSoftmaxVjpRow(float[] y, int yo, float[] g, int go, float[] out, int oo, int n) {
        float sum = (float) Runs.sum(g, go, n);
        Loops.anyLength((a, ao, b, bo, r, ro, m) -> minusScaledExp(sum, a, ao, b, bo, r, ro, m)).apply(y, yo, g, go,
                out, oo, n);
    }

    /** {@code out = g - sum e^y}. */
    private static void minusScaledExp(float sum, float[] y, int yo, float[] g, int go, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector p = VectorMath.exp(FloatVector.fromArray(F, y, yo + i));
            FloatVector.fromArray(F, g, go + i).sub(p.mul(sum)).intoArray(out, oo + i);
        }
    }
}
