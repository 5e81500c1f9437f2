package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.AttentionHeads;
import io.github.lrp4j.tensor.kernels.AttentionSpec;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Rows of masked scores of an attention, and what becomes of them. */
final class HeadScores {
    private static final VectorSpecies<Float> F = Species.F;
    private static final int LANES = F.length();

    private final AttentionHeads heads;
    private final AttentionSpec spec;
    private final float scale;
    private final float[] added;
    private final byte[] open;
    private final int[] lead;

    HeadScores(AttentionHeads heads, AttentionSpec spec) {
        this.heads = heads;
        this.spec = spec;
        scale = (float) spec.scale();
        Tensor mask = heads.mask();
        boolean isBytes = mask != null && mask.dtype() == DType.BOOL;
        added = mask == null || isBytes ? null : mask.floats();
        open = isBytes ? mask.bytes() : null;
        lead = heads.lead().toArray();
    }

    /** How many keys the queries before {@code to} can see. */
    int visible(int to) {
        return spec.causal() ? Math.min(heads.keys(), to) : heads.keys();
    }

    Head head(int index) {
        int[] at = new int[lead.length];
        for (int d = lead.length - 1, rest = index; d >= 0; d--) {
            at[d] = rest % lead[d];
            rest /= lead[d];
        }
        Tensor mask = heads.mask();
        return new Head(this, index, at, matrix(heads.q(), at), matrix(heads.k(), at), matrix(heads.v(), at),
                mask == null ? 0 : (int) mask.offset() + distance(mask, at));
    }

    private static Matrix matrix(Tensor x, int[] at) {
        return Matrix.of(x).shifted(distance(x, at));
    }

    private static int distance(Tensor x, int[] at) {
        long distance = 0;
        for (int d = 0; d < at.length; d++) {
            distance += at[d] * x.stride(d);
        }
        return (int) distance;
    }

    /**
     * One head.
     *
     * @param index its position in the row-major order of the leading dimensions
     * @param at its indices in them
     * @param maskAt where its mask begins
     */
    record Head(HeadScores scores, int index, int[] at, Matrix q, Matrix k, Matrix v, int maskAt) {
        /** {@code tile = q k^T} for the queries {@code from .. to - 1} and the first {@code keys} keys. */
        void products(Crew team, int from, int to, int keys, float[] tile) {
            Arrays.fill(tile, 0, (to - from) * keys, 0);
            new MatrixProduct(team).multiply(q.slice(from, to), null, k.slice(0, keys).transposed(), null,
                    Target.rows(tile, 0, keys));
        }

        /** Scales and masks row r, which is query i. */
        private void mask(float[] x, int r, int i, int n) {
            int xo = r * n;
            for (int j = 0; j < n; j++) {
                x[xo + j] *= scores.scale;
            }
            Tensor mask = scores.heads.mask();
            if (mask != null) {
                int step = (int) mask.stride(-1);
                int from = maskAt + i * (int) mask.stride(-2);
                if (scores.added != null) {
                    for (int j = 0; j < n; j++) {
                        x[xo + j] += scores.added[from + j * step];
                    }
                } else {
                    for (int j = 0; j < n; j++) {
                        x[xo + j] = scores.open[from + j * step] != 0 ? x[xo + j] : Float.NEGATIVE_INFINITY;
                    }
                }
            }
            if (scores.spec.causal() && i + 1 < n) {
                Arrays.fill(x, xo + i + 1, xo + n, Float.NEGATIVE_INFINITY);
            }
        }

        /** Turns row r of products, query i, into probabilities; returns the logarithm of the sum of exponentials. */
        float softmax(float[] x, int r, int i, int n) {
            mask(x, r, i, n);
            int xo = r * n;
            float max = Runs.max(x, xo, n);
            if (max == Float.NEGATIVE_INFINITY) {
                Arrays.fill(x, xo, xo + n, 0);
                return max;
            }
            exponentials(max, x, xo, n);
            double sum = Runs.sum(x, xo, n);
            float inverse = (float) (1 / sum);
            for (int j = 0; j < n; j++) {
                x[xo + j] *= inverse;
            }
            return (float) (max + Math.log(sum));
        }

        /** Turns row r of products, query i, into probabilities by what {@link #softmax} returned for it. */
        void probabilities(float[] x, int r, int i, int n, float logSumExp) {
            int xo = r * n;
            if (logSumExp == Float.NEGATIVE_INFINITY) {
                Arrays.fill(x, xo, xo + n, 0);
                return;
            }
            mask(x, r, i, n);
            exponentials(logSumExp, x, xo, n);
        }

        /** {@code x = e^(x - shift)}. */
        private static void exponentials(float shift, float[] x, int xo, int n) {
            Loops.anyLength((a, ao, y, yo, m) -> expOfDifference(shift, a, ao, y, yo, m)).apply(x, xo, x, xo, n);
        }

        private static void expOfDifference(float shift, float[] x, int xo, float[] y, int yo, int n) {
            FloatVector top = FloatVector.broadcast(F, shift);
            for (int i = 0; i < n; i += LANES) {
                VectorMath.expOfMinus(top.sub(FloatVector.fromArray(F, x, xo + i))).intoArray(y, yo + i);
            }
        }

        /** Adds rows of slopes, the first of query {@code from}, to the gradient of the mask in the mask's own shape. */
        void addToMask(float[] slopes, int from, int rows, int n, float[] gradient) {
            long[] strides = scores.heads.apartShape(3).rowMajorStrides();
            int[] sizes = scores.heads.apartShape(3).toArray();
            int rank = at.length + 2;
            int base = 0;
            int[] steps = new int[rank];
            for (int d = 0; d < sizes.length; d++) {
                int place = rank - sizes.length + d;
                steps[place] = sizes[d] == 1 ? 0 : (int) strides[d];
                base += place < at.length ? at[place] * steps[place] : 0;
            }
            for (int r = 0; r < rows; r++) {
                int to = base + (from + r) * steps[rank - 2];
                for (int j = 0; j < n; j++) {
                    gradient[to + j * steps[rank - 1]] += slopes[r * n + j];
                }
            }
        }
    }
}
