package io.github.lrp4j.tensor.simd;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@code y = W x} for one or a few vectors x: W is read once, in place, at the speed of the memory.
 *
 * <p>Which form applies depends on how W lies in memory: {@link #dots} where its rows are contiguous, {@link #sums} where
 * its columns are.
 */
final class MatrixVector {
    private static final VectorSpecies<Float> F = Species.F;
    private static final int L = F.length();

    /** Terms of a partial sum. */
    private static final int BLOCK = 256;

    private MatrixVector() {
    }

    /**
     * {@code y[v, i] = sum_k w[i, k] x[v, k]} for the rows {@code from .. to - 1} of w, four rows at a time.
     *
     * @param w matrix with contiguous rows
     * @param x vectors {@code [vectors, k]}, each contiguous
     * @param y target; its rows belong to the vectors
     * @param scratch for four rows of a w that is in a file
     */
    static void dots(Matrix w, int from, int to, Matrix x, Target y, Scratch scratch) {
        if (w.isInFile()) {
            float[] lines = scratch.floats(Scratch.Use.RIGHT, 4 * w.columns());
            for (int i = from; i < to; i += 4) {
                Matrix some = read(w.slice(i, Math.min(to, i + 4)), lines);
                dots(some, 0, some.rows(), x, y.shifted(0, i));
            }
        } else {
            dots(w, from, to, x, y);
        }
    }

    /** The rows of a matrix in a file, contiguous each, one after the other in {@code lines}. */
    private static Matrix read(Matrix rows, float[] lines) {
        for (int i = 0; i < rows.rows(); i++) {
            rows.file().read(rows.offset() + (long) i * rows.rowStride(), lines, i * rows.columns(), rows.columns());
        }
        return Matrix.rowMajor(lines, 0, rows.rows(), rows.columns());
    }

    /** As {@link #dots(Matrix, int, int, Matrix, Target, Scratch)}, w in an array. */
    static void dots(Matrix w, int from, int to, Matrix x, Target y) {
        int i = from;
        for (; i + 4 <= to; i += 4) {
            for (int v = 0; v < x.rows(); v++) {
                dots4(w.data(), w.offset() + i * w.rowStride(), w.rowStride(), x.data(), x.offset() + v * x.rowStride(),
                        w.columns(), y.data(), y.offset() + v * y.rowStride() + i * y.columnStride(), y.columnStride());
            }
        }
        for (; i < to; i++) {
            for (int v = 0; v < x.rows(); v++) {
                y.data()[y.offset() + v * y.rowStride() + i * y.columnStride()] = dot(w.data(),
                        w.offset() + i * w.rowStride(), x.data(), x.offset() + v * x.rowStride(), w.columns());
            }
        }
    }

    private static void dots4(float[] w, int wo, int stride, float[] x, int xo, int depth, float[] y, int yo,
            int yStride) {
        int w1 = wo + stride;
        int w2 = w1 + stride;
        int w3 = w2 + stride;
        FloatVector s0 = FloatVector.zero(F);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        int k = 0;
        for (; k <= depth - L; k += L) {
            FloatVector xk = FloatVector.fromArray(F, x, xo + k);
            s0 = xk.fma(FloatVector.fromArray(F, w, wo + k), s0);
            s1 = xk.fma(FloatVector.fromArray(F, w, w1 + k), s1);
            s2 = xk.fma(FloatVector.fromArray(F, w, w2 + k), s2);
            s3 = xk.fma(FloatVector.fromArray(F, w, w3 + k), s3);
        }
        float t0 = (float) VectorMath.sum(s0);
        float t1 = (float) VectorMath.sum(s1);
        float t2 = (float) VectorMath.sum(s2);
        float t3 = (float) VectorMath.sum(s3);
        for (; k < depth; k++) {
            float xk = x[xo + k];
            t0 += xk * w[wo + k];
            t1 += xk * w[w1 + k];
            t2 += xk * w[w2 + k];
            t3 += xk * w[w3 + k];
        }
        y[yo] = t0;
        y[yo + yStride] = t1;
        y[yo + 2 * yStride] = t2;
        y[yo + 3 * yStride] = t3;
    }

    /** {@code sum_k a[k] b[k]}. */
    private static float dot(float[] a, int ao, float[] b, int bo, int depth) {
        FloatVector s0 = FloatVector.zero(F);
        FloatVector s1 = s0;
        int k = 0;
        for (; k <= depth - 2 * L; k += 2 * L) {
            s0 = FloatVector.fromArray(F, a, ao + k).fma(FloatVector.fromArray(F, b, bo + k), s0);
            s1 = FloatVector.fromArray(F, a, ao + k + L).fma(FloatVector.fromArray(F, b, bo + k + L), s1);
        }
        for (; k <= depth - L; k += L) {
            s0 = FloatVector.fromArray(F, a, ao + k).fma(FloatVector.fromArray(F, b, bo + k), s0);
        }
        float sum = (float) VectorMath.sum(s0.add(s1));
        for (; k < depth; k++) {
            sum += a[ao + k] * b[bo + k];
        }
        return sum;
    }

    /**
     * {@code y[v, i] = sum_k w[i, k] x[v, k]} for the rows {@code from .. to - 1} of w, eight columns at a time. Terms are
     * added up in blocks of {@link #BLOCK} first, as rounding grows with the length of a sum.
     *
     * @param w matrix with contiguous columns
     * @param x vectors {@code [vectors, k]}
     * @param y target, zeros; its rows belong to the vectors and are contiguous
     * @param scratch for partial sums, and for eight columns of a w that is in a file
     */
    static void sums(Matrix w, int from, int to, Matrix x, Target y, Scratch scratch) {
        int length = to - from;
        float[] partial = scratch.floats(Scratch.Use.OUTPUT, x.rows() * length);
        for (int k = 0; k < w.columns(); k += BLOCK) {
            Arrays.fill(partial, 0, x.rows() * length, 0f);
            int end = Math.min(w.columns(), k + BLOCK);
            if (w.isInFile()) {
                float[] lines = scratch.floats(Scratch.Use.RIGHT, 8 * length);
                Matrix columns = w.slice(from, to).transposed();
                for (int j = k; j < end; j += 8) {
                    Matrix some = read(columns.slice(j, Math.min(end, j + 8)), lines).transposed();
                    block(some, 0, length, x.columns(j, j + some.columns()), 0, some.columns(), partial);
                }
            } else {
                block(w, from, to, x, k, end, partial);
            }
            for (int v = 0; v < x.rows(); v++) {
                addScaled(partial, v * length, 1f, y.data(), y.offset() + v * y.rowStride() + from, length);
            }
        }
    }

    private static void block(Matrix w, int from, int to, Matrix x, int k0, int k1, float[] y) {
        int length = to - from;
        int k = k0;
        for (; k + 8 <= k1; k += 8) {
            for (int v = 0; v < x.rows(); v++) {
                sums8(w.data(), w.offset() + from + k * w.columnStride(), w.columnStride(), x.data(),
                        x.offset() + v * x.rowStride() + k * x.columnStride(), x.columnStride(), y, v * length, length);
            }
        }
        for (; k < k1; k++) {
            for (int v = 0; v < x.rows(); v++) {
                float scale = x.data()[x.offset() + v * x.rowStride() + k * x.columnStride()];
                addScaled(w.data(), w.offset() + from + k * w.columnStride(), scale, y, v * length, length);
            }
        }
    }

    private static void sums8(float[] w, int wo, int stride, float[] x, int xo, int xStride, float[] y, int yo,
            int length) {
        float x0 = x[xo];
        float x1 = x[xo + xStride];
        float x2 = x[xo + 2 * xStride];
        float x3 = x[xo + 3 * xStride];
        float x4 = x[xo + 4 * xStride];
        float x5 = x[xo + 5 * xStride];
        float x6 = x[xo + 6 * xStride];
        float x7 = x[xo + 7 * xStride];
        int w1 = wo + stride;
        int w2 = w1 + stride;
        int w3 = w2 + stride;
        int w4 = w3 + stride;
        int w5 = w4 + stride;
        int w6 = w5 + stride;
        int w7 = w6 + stride;
        int i = 0;
        for (; i <= length - L; i += L) {
            FloatVector even = FloatVector.fromArray(F, y, yo + i);
            FloatVector odd = FloatVector.fromArray(F, w, w1 + i).mul(x1);
            even = FloatVector.fromArray(F, w, wo + i).fma(FloatVector.broadcast(F, x0), even);
            even = FloatVector.fromArray(F, w, w2 + i).fma(FloatVector.broadcast(F, x2), even);
            odd = FloatVector.fromArray(F, w, w3 + i).fma(FloatVector.broadcast(F, x3), odd);
            even = FloatVector.fromArray(F, w, w4 + i).fma(FloatVector.broadcast(F, x4), even);
            odd = FloatVector.fromArray(F, w, w5 + i).fma(FloatVector.broadcast(F, x5), odd);
            even = FloatVector.fromArray(F, w, w6 + i).fma(FloatVector.broadcast(F, x6), even);
            odd = FloatVector.fromArray(F, w, w7 + i).fma(FloatVector.broadcast(F, x7), odd);
            even.add(odd).intoArray(y, yo + i);
        }
        for (; i < length; i++) {
            float sum = y[yo + i];
            sum += w[wo + i] * x0 + w[w1 + i] * x1 + w[w2 + i] * x2 + w[w3 + i] * x3;
            sum += w[w4 + i] * x4 + w[w5 + i] * x5 + w[w6 + i] * x6 + w[w7 + i] * x7;
            y[yo + i] = sum;
        }
    }

    /** {@code y += scale w}. */
    static void addScaled(float[] w, int wo, float scale, float[] y, int yo, int length) {
        for (int i = 0; i < length; i++) {
            y[yo + i] += scale * w[wo + i];
        }
    }
}
