package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.Normalized;
import io.github.lrp4j.tensor.parallel.WorkerPool;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Standardisation of rows and statistics of channels, two passes each: the mean, then the spread around it. */
final class Normalizations {
    private static final VectorSpecies<Float> F = Species.F;
    private static final int LANES = F.length();
    private static final int GRAIN = 16_384;
    private static final int SHORT_ROW = 32;

    private final WorkerPool pool;
    private final Buffers buffers;
    private final Relayout copies;
    private final Elementwise elementwise;

    Normalizations(WorkerPool pool, Buffers buffers, Elementwise elementwise) {
        this.pool = pool;
        this.buffers = buffers;
        this.elementwise = elementwise;
        copies = new Relayout(pool);
    }

    /** {@code shape} with all dimensions from {@code firstDim} on of size 1. */
    static Shape statisticsShape(Shape shape, int firstDim) {
        int[] sizes = shape.toArray();
        Arrays.fill(sizes, firstDim, sizes.length, 1);
        return Shape.of(sizes);
    }

    /** Of a tensor with elements. */
    Normalized standardize(Tensor x, int firstDim, double eps) {
        return layerNorm(x, null, null, firstDim, eps);
    }

    /** Of a tensor with elements; scale and shift of the shape of a row, a null shift is zero, a null scale none at all. */
    Normalized layerNorm(Tensor x, Tensor scale, Tensor shift, int firstDim, double eps) {
        Shape statistics = statisticsShape(x.shape(), firstDim);
        int rows = statistics.arrayLength();
        float[] out = buffers.take(x.shape().arrayLength());
        int n = out.length / rows;
        float[] means = new float[rows];
        float[] inverses = new float[rows];
        Relayout.Flat source = copies.flat(x);
        Relayout.Flat scales = scale == null ? null : copies.flat(scale);
        Relayout.Flat shifts = shift == null ? null : copies.flat(shift);
        pool.forRange(rows, Math.max(1, GRAIN / n), (from, to) -> {
            for (int r = from; r < to; r++) {
                int at = source.at() + r * n;
                double mean = Runs.sum(source.array(), at, n) / n;
                float high = (float) mean;
                float low = (float) (mean - high);
                double variance = Runs.squaredDistance(source.array(), at, n, high, low) / n;
                float inverse = (float) (1 / Math.sqrt(variance + eps));
                means[r] = high;
                inverses[r] = inverse;
                if (shifts != null) {
                    center(source.array(), at, high, low, inverse, scales, shifts, out, r * n, n);
                } else {
                    center(source.array(), at, high, low, inverse, out, r * n, n);
                }
                if (scales != null && shifts == null) {
                    scale(scales, out, r * n, n);
                }
            }
        });
        return new Normalized(Buffers.result(out, x.shape()), Tensor.of(means, statistics),
                Tensor.of(inverses, statistics));
    }

    private static void center(float[] x, int xo, float high, float low, float inverse, float[] y, int yo, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector.fromArray(F, x, xo + i).sub(high).sub(low).mul(inverse).intoArray(y, yo + i);
        }
        for (; i < n; i++) {
            y[yo + i] = (x[xo + i] - high - low) * inverse;
        }
    }

    private static void center(float[] x, int xo, float high, float low, float inverse, Relayout.Flat scale,
            Relayout.Flat shift, float[] y, int yo, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector centered = FloatVector.fromArray(F, x, xo + i).sub(high).sub(low).mul(inverse);
            // Two roundings, as of a product and a sum by themselves.
            centered.mul(FloatVector.fromArray(F, scale.array(), scale.at() + i))
                    .add(FloatVector.fromArray(F, shift.array(), shift.at() + i)).intoArray(y, yo + i);
        }
        for (; i < n; i++) {
            float centered = (x[xo + i] - high - low) * inverse;
            y[yo + i] = centered * scale.array()[scale.at() + i] + shift.array()[shift.at() + i];
        }
    }

    private static void scale(Relayout.Flat scale, float[] y, int yo, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector.fromArray(F, y, yo + i).mul(FloatVector.fromArray(F, scale.array(), scale.at() + i))
                    .intoArray(y, yo + i);
        }
        for (; i < n; i++) {
            y[yo + i] *= scale.array()[scale.at() + i];
        }
    }

    Tensor standardizeVjp(Tensor g, Tensor x, Tensor mean, Tensor inverseDeviation) {
        int rows = (int) mean.elements();
        float[] out = buffers.take(x.shape().arrayLength());
        int n = out.length / rows;
        Relayout.Flat upstream = copies.flat(g);
        Relayout.Flat source = copies.flat(x);
        Relayout.Flat means = copies.flat(mean);
        Relayout.Flat inverses = copies.flat(inverseDeviation);
        pool.forRange(rows, Math.max(1, GRAIN / n), (from, to) -> {
            for (int r = from; r < to; r++) {
                standardizeVjpRow(upstream.array(), upstream.at() + r * n, source.array(), source.at() + r * n,
                        means.array()[means.at() + r], inverses.array()[inverses.at() + r], out, r * n, n);
            }
        });
        return Buffers.result(out, x.shape());
    }

    private static void standardizeVjpRow(float[] g, int go, float[] x, int xo, float mean, float inverse, float[] y,
            int yo, int n) {
        if (n < SHORT_ROW) {
            standardizeVjpShortRow(g, go, x, xo, mean, inverse, y, yo, n);
            return;
        }
        float meanG = (float) (Runs.sum(g, go, n) / n);
        double along = Runs.dotCentered(g, go, x, xo, mean, n);
        // xhat mean(g xhat) = (x - mean) inverse^2 mean(g (x - mean))
        float slope = (float) (along / n * inverse * inverse);
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector tilt = FloatVector.fromArray(F, x, xo + i).sub(mean).mul(slope);
            FloatVector.fromArray(F, g, go + i).sub(meanG).sub(tilt).mul(inverse).intoArray(y, yo + i);
        }
        for (; i < n; i++) {
            y[yo + i] = (g[go + i] - meanG - (x[xo + i] - mean) * slope) * inverse;
        }
    }

    /** In float64: of a row of two or three elements the formula leaves little but what cancels. */
    private static void standardizeVjpShortRow(float[] g, int go, float[] x, int xo, float mean, float inverse,
            float[] y,
            int yo, int n) {
        double sumG = 0;
        double along = 0;
        for (int i = 0; i < n; i++) {
            sumG += g[go + i];
            along += g[go + i] * ((double) x[xo + i] - mean) * inverse;
        }
        for (int i = 0; i < n; i++) {
            double centered = ((double) x[xo + i] - mean) * inverse;
            y[yo + i] = (float) ((g[go + i] - sumG / n - centered * along / n) * inverse);
        }
    }

    /** {@code x scale + shift} per channel; a null shift is zero. */
    Tensor channelAffine(Tensor x, Tensor scale, Tensor shift) {
        Shape channels = perChannel(x.shape());
        if (shift == null) {
            return elementwise.binary(BinaryFn.MUL, x, scale.reshape(channels), x.shape());
        }
        return elementwise.affine(x, scale.reshape(channels), shift.reshape(channels));
    }

    /** {@code [C, 1, ...]}: what broadcasts against {@code [N, C, ...]}. */
    private static Shape perChannel(Shape shape) {
        int[] sizes = new int[shape.rank() - 1];
        Arrays.fill(sizes, 1);
        sizes[0] = shape.size(1);
        return Shape.of(sizes);
    }

    /** Of a tensor with elements. */
    Normalized channelStatistics(Tensor x, double eps) {
        int channels = x.size(1);
        int all = (int) (x.elements() / channels);
        // Tiny planes are gathered first, so that every run is long.
        boolean gathered = all / x.size(0) < 2 * LANES;
        Relayout.Flat source = copies.flat(gathered ? x.transpose(0, 1) : x);
        int images = gathered ? 1 : x.size(0);
        int plane = all / images;
        float[] variances = new float[channels];
        float[] means = new float[channels];
        float[] inverses = new float[channels];
        pool.forRange(channels, Math.max(1, GRAIN / all), (from, to) -> {
            for (int c = from; c < to; c++) {
                double sum = 0;
                for (int i = 0; i < images; i++) {
                    sum += Runs.sum(source.array(), source.at() + (i * channels + c) * plane, plane);
                }
                double mean = sum / all;
                float high = (float) mean;
                float low = (float) (mean - high);
                double squares = 0;
                for (int i = 0; i < images; i++) {
                    squares += Runs.squaredDistance(source.array(), source.at() + (i * channels + c) * plane, plane,
                            high, low);
                }
                variances[c] = (float) (squares / all);
                means[c] = high;
                inverses[c] = (float) (1 / Math.sqrt(squares / all + eps));
            }
        });
        Shape shape = Shape.of(channels);
        return new Normalized(Tensor.of(variances, shape), Tensor.of(means, shape), Tensor.of(inverses, shape));
    }
}
