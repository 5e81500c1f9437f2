package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.parallel.WorkerPool;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** Softmax, its logarithm and their adjoints, row by row; another dimension than the last is brought there first. */
final class Softmaxes {
    private static final VectorSpecies<Float> F = Species.F;
    private static final int LANES = F.length();
    private static final int GRAIN = 8_192;

    private final WorkerPool pool;
    private final Relayout copies;

    Softmaxes(WorkerPool pool) {
        this.pool = pool;
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
        float[] out = new float[shape.arrayLength()];
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
        return Tensor.of(out, shape);
    }

    private static void softmaxRow(float[] x, int xo, float[] y, int yo, int n) {
        float max = Runs.max(x, xo, n);
        double sum = 0;
        for (int i = 0; i < n; i += Runs.BLOCK) {
            sum += expAndSum(x, xo + i, max, y, yo + i, Math.min(Runs.BLOCK, n - i));
        }
        float inverse = (float) (1 / sum);
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector.fromArray(F, y, yo + i).mul(inverse).intoArray(y, yo + i);
        }
        for (; i < n; i++) {
            y[yo + i] *= inverse;
        }
    }

    /** {@code y = exp(x - max)}; returns the sum of y. */
    private static double expAndSum(float[] x, int xo, float max, float[] y, int yo, int n) {
        FloatVector top = FloatVector.broadcast(F, max);
        FloatVector sum = FloatVector.zero(F);
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector e = VectorMath.expOfMinus(top.sub(FloatVector.fromArray(F, x, xo + i)));
            e.intoArray(y, yo + i);
            sum = sum.add(e);
        }
        if (i < n) {
            VectorMask<Float> in = F.indexInRange(i, n);
            FloatVector e = VectorMath.expOfMinus(top.sub(FloatVector.fromArray(F, x, xo + i, in)));
            e.intoArray(y, yo + i, in);
            sum = sum.add(e, in);
        }
        return VectorMath.sum(sum);
    }

    private static void softmaxVjpRow(float[] y, int yo, float[] g, int go, float[] out, int oo, int n) {
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
        double sum = 0;
        for (int i = 0; i < n; i += Runs.BLOCK) {
            sum += expSum(x, xo + i, max, Math.min(Runs.BLOCK, n - i));
        }
        float log = (float) Math.log(sum);
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector.fromArray(F, x, xo + i).sub(max).sub(log).intoArray(y, yo + i);
        }
        for (; i < n; i++) {
            y[yo + i] = x[xo + i] - max - log;
        }
    }

    private static double expSum(float[] x, int xo, float max, int n) {
        FloatVector top = FloatVector.broadcast(F, max);
        FloatVector sum = FloatVector.zero(F);
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            sum = sum.add(VectorMath.expOfMinus(top.sub(FloatVector.fromArray(F, x, xo + i))));
        }
        if (i < n) {
            VectorMask<Float> in = F.indexInRange(i, n);
            sum = sum.add(VectorMath.expOfMinus(top.sub(FloatVector.fromArray(F, x, xo + i, in))), in);
        }
        return VectorMath.sum(sum);
    }

    private static void logSoftmaxVjpRow(float[] y, int yo, float[] g, int go, float[] out, int oo, int n) {
        float sum = (float) Runs.sum(g, go, n);
        for (int i = 0; i < n; i += LANES) {
            VectorMask<Float> in = F.indexInRange(i, n);
            FloatVector p = VectorMath.exp(FloatVector.fromArray(F, y, yo + i, in));
            FloatVector.fromArray(F, g, go + i, in).sub(p.mul(sum)).intoArray(out, oo + i, in);
        }
    }
}
