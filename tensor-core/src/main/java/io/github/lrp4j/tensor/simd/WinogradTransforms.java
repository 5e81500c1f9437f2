package io.github.lrp4j.tensor.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * The transforms of Winograd's minimal filtering F(4x4, 3x3): {@code y = A^T [(G w G^T) . (B^T x B)] A}, one lane per tile.
 *
 * <p>A. Lavin and S. Gray, <i>Fast Algorithms for Convolutional Neural Networks</i>, CVPR 2016, section 4.3, interpolate
 * at 0, 1, -1, 2, -2 and infinity. Rounding depends on the points (B. Barabasz et al., <i>Error Analysis and Improving the
 * Accuracy of Winograd Convolution for Deep Neural Networks</i>, ACM TOMS 46, 2020): here they are 0, +-p, +-q and
 * infinity with p = 11/16, q = 3/2, near enough to {@code p q = 1} to make the error about a fifth, and with coefficients
 * that float32 holds exactly.
 */
final class WinogradTransforms {
    /** Elements of a transformed tile: 6 x 6. */
    static final int POINTS = 36;

    /** Width of a tile of outputs. */
    static final int TILE = 4;

    private static final VectorSpecies<Float> F = Species.F;
    private static final VectorSpecies<Integer> I = Species.I;
    private static final int L = F.length();

    private static final float P = 11 / 16f;
    private static final float Q = 3 / 2f;
    private static final float P2 = P * P;
    private static final float Q2 = Q * Q;

    /** {@code (1, t, t^2)} for each point t, divided by the product of its distances to the other finite points. */
    private static final double[][] G =
            {{1.0 / (P2 * Q2), 0, 0}, row(P, Q), row(-P, Q), row(Q, P), row(-Q, P), {0, 0, 1}};

    /** Lanes of a pair of vectors taken in turn: the lower halves, and the upper halves. */
    private static final IntVector LOWER = interleaving(0);
    private static final IntVector UPPER = interleaving(L / 2);

    private WinogradTransforms() {
    }

    private static double[] row(double t, double other) {
        double distances = 2 * t * t * (t * t - other * other);
        return new double[] {1 / distances, t / distances, t * t / distances};
    }

    private static IntVector interleaving(int first) {
        int[] lanes = new int[L];
        for (int i = 0; i < L; i++) {
            lanes[i] = first + i / 2 + (i % 2) * L;
        }
        return IntVector.fromArray(I, lanes, 0);
    }

    /**
     * {@code G w G^T} of 3 x 3 weights; element (i, j) to {@code target[to + (6 i + j) step]}.
     *
     * @param rowStride distance of rows of w
     * @param columnStride distance of columns of w
     */
    static void weights(float[] w, int from, int rowStride, int columnStride, float[] target, int to, int step) {
        for (int i = 0; i < 6; i++) {
            double g0 = 0;
            double g1 = 0;
            double g2 = 0;
            for (int k = 0; k < 3; k++) {
                int row = from + k * rowStride;
                g0 += G[i][k] * w[row];
                g1 += G[i][k] * w[row + columnStride];
                g2 += G[i][k] * w[row + 2 * columnStride];
            }
            for (int j = 0; j < 6; j++) {
                target[to + (6 * i + j) * step] = (float) (g0 * G[j][0] + g1 * G[j][1] + g2 * G[j][2]);
            }
        }
    }

    /**
     * {@code B^T x B} of {@link Tile#LANES} tiles; element (i, j) of the first to {@code target[to + (6 i + j) step]}.
     *
     * @param origin position of the first tile
     * @param taps distance of its 36 elements from there, from {@code tap} on
     * @param lanes how many results may be written to each place
     * @param buffer room for 36 vectors
     */
    static void input(float[] x, int origin, int[] taps, int tap, float[] target, int to, int step, int lanes,
            float[] buffer) {
        for (int j = 0; j < 6; j++) {
            int t = tap + j;
            inputLine(x, origin + taps[t], origin + taps[t + 6], origin + taps[t + 12], origin + taps[t + 18],
                    origin + taps[t + 24], origin + taps[t + 30], buffer, j * L, 6 * L);
        }
        boolean whole = lanes >= L;
        for (int i = 0; i < 6; i++) {
            int b = i * 6 * L;
            inputLine(buffer, b, b + L, b + 2 * L, b + 3 * L, b + 4 * L, b + 5 * L, whole ? target : buffer,
                    whole ? to + i * 6 * step : b, whole ? step : L);
        }
        if (!whole) {
            VectorMask<Float> mask = F.indexInRange(0, lanes);
            for (int e = 0; e < POINTS; e++) {
                FloatVector.fromArray(F, buffer, e * L).intoArray(target, to + e * step, mask);
            }
        }
    }

    /**
     * {@code B^T d} for the vectors at six places. Takes places, not vectors: vectors that are handed to a method which is
     * not inlined become objects.
     */
    private static void inputLine(float[] d, int at0, int at1, int at2, int at3, int at4, int at5, float[] target,
            int to,
            int step) {
        FloatVector d1 = FloatVector.fromArray(F, d, at1);
        FloatVector d2 = FloatVector.fromArray(F, d, at2);
        FloatVector d3 = FloatVector.fromArray(F, d, at3);
        FloatVector d4 = FloatVector.fromArray(F, d, at4);
        FloatVector first = FloatVector.fromArray(F, d, at0).mul(P2 * Q2).add(d4).sub(d2.mul(P2 + Q2));
        FloatVector last = FloatVector.fromArray(F, d, at5).add(d1.mul(P2 * Q2)).sub(d3.mul(P2 + Q2));
        FloatVector evenP = d4.sub(d2.mul(Q2));
        FloatVector oddP = d3.sub(d1.mul(Q2)).mul(P);
        FloatVector evenQ = d4.sub(d2.mul(P2));
        FloatVector oddQ = d3.sub(d1.mul(P2)).mul(Q);
        first.intoArray(target, to);
        evenP.add(oddP).intoArray(target, to + step);
        evenP.sub(oddP).intoArray(target, to + 2 * step);
        evenQ.add(oddQ).intoArray(target, to + 3 * step);
        evenQ.sub(oddQ).intoArray(target, to + 4 * step);
        last.intoArray(target, to + 5 * step);
    }

    /**
     * {@code A^T m A} of {@link Tile#LANES} tiles that lie side by side: row i of their outputs, {@code 4 Tile.LANES}
     * numbers, to {@code target[to + i pitch]}.
     *
     * @param m element (i, j) of the first tile is at {@code from + (6 i + j) step}
     * @param buffer room for 24 vectors
     */
    static void output(float[] m, int from, int step, float[] target, int to, int pitch, float[] buffer) {
        for (int j = 0; j < 6; j++) {
            outputLine(m, from + j * step, 6 * step, buffer, j * L, 6 * L);
        }
        for (int i = 0; i < TILE; i++) {
            outputLine(buffer, i * 6 * L, L, buffer, i * 6 * L, L);
            interleave(buffer, i * 6 * L, target, to + i * pitch);
        }
    }

    /** {@code A^T m} for six vectors that are {@code step} apart; may overwrite them. */
    private static void outputLine(float[] m, int from, int step, float[] target, int to, int targetStep) {
        FloatVector m1 = FloatVector.fromArray(F, m, from + step);
        FloatVector m2 = FloatVector.fromArray(F, m, from + 2 * step);
        FloatVector m3 = FloatVector.fromArray(F, m, from + 3 * step);
        FloatVector m4 = FloatVector.fromArray(F, m, from + 4 * step);
        FloatVector sumP = m1.add(m2);
        FloatVector sumQ = m3.add(m4);
        FloatVector differenceP = m1.sub(m2);
        FloatVector differenceQ = m3.sub(m4);
        FloatVector y0 = FloatVector.fromArray(F, m, from).add(sumP).add(sumQ);
        FloatVector y1 = differenceP.mul(P).add(differenceQ.mul(Q));
        FloatVector y2 = sumP.mul(P2).add(sumQ.mul(Q2));
        FloatVector y3 = FloatVector.fromArray(F, m, from + 5 * step).add(differenceP.mul(P * P2))
                .add(differenceQ.mul(Q * Q2));
        y0.intoArray(target, to);
        y1.intoArray(target, to + targetStep);
        y2.intoArray(target, to + 2 * targetStep);
        y3.intoArray(target, to + 3 * targetStep);
    }

    /** {@code target[4 i + j] = y[j, i]} for four vectors. */
    private static void interleave(float[] y, int from, float[] target, int to) {
        IntVector y0 = FloatVector.fromArray(F, y, from).reinterpretAsInts();
        IntVector y1 = FloatVector.fromArray(F, y, from + L).reinterpretAsInts();
        IntVector y2 = FloatVector.fromArray(F, y, from + 2 * L).reinterpretAsInts();
        IntVector y3 = FloatVector.fromArray(F, y, from + 3 * L).reinterpretAsInts();
        IntVector evenLow = LOWER.selectFrom(y0, y2);
        IntVector evenHigh = UPPER.selectFrom(y0, y2);
        IntVector oddLow = LOWER.selectFrom(y1, y3);
        IntVector oddHigh = UPPER.selectFrom(y1, y3);
        LOWER.selectFrom(evenLow, oddLow).reinterpretAsFloats().intoArray(target, to);
        UPPER.selectFrom(evenLow, oddLow).reinterpretAsFloats().intoArray(target, to + L);
        LOWER.selectFrom(evenHigh, oddHigh).reinterpretAsFloats().intoArray(target, to + 2 * L);
        UPPER.selectFrom(evenHigh, oddHigh).reinterpretAsFloats().intoArray(target, to + 3 * L);
    }
}
