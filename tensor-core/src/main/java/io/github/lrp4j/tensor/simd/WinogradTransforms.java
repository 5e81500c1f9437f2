package io.github.lrp4j.tensor.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * The transforms of Winograd's minimal filtering F(4x4, 3x3): {@code y = A^T [(G w G^T) . (B^T x B)] A}, one lane per tile.
 *
 * <p>Matrices as in A. Lavin and S. Gray, <i>Fast Algorithms for Convolutional Neural Networks</i>, CVPR 2016, section 4.3
 * (interpolation at 0, 1, -1, 2, -2 and infinity).
 */
final class WinogradTransforms {
    /** Elements of a transformed tile: 6 x 6. */
    static final int POINTS = 36;

    /** Width of a tile of outputs. */
    static final int TILE = 4;

    private static final VectorSpecies<Float> F = Species.F;
    private static final VectorSpecies<Integer> I = Species.I;
    private static final int L = F.length();

    private static final double[][] G = {{1 / 4.0, 0, 0}, {-1 / 6.0, -1 / 6.0, -1 / 6.0}, {-1 / 6.0, 1 / 6.0, -1 / 6.0},
        {1 / 24.0, 1 / 12.0, 1 / 6.0}, {1 / 24.0, -1 / 12.0, 1 / 6.0}, {0, 0, 1}};

    /** Lanes of a pair of vectors taken in turn: the lower halves, and the upper halves. */
    private static final IntVector LOWER = interleaving(0);
    private static final IntVector UPPER = interleaving(L / 2);

    private WinogradTransforms() {
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
            FloatVector d0 = FloatVector.fromArray(F, x, origin + taps[t]);
            FloatVector d1 = FloatVector.fromArray(F, x, origin + taps[t + 6]);
            FloatVector d2 = FloatVector.fromArray(F, x, origin + taps[t + 12]);
            FloatVector d3 = FloatVector.fromArray(F, x, origin + taps[t + 18]);
            FloatVector d4 = FloatVector.fromArray(F, x, origin + taps[t + 24]);
            FloatVector d5 = FloatVector.fromArray(F, x, origin + taps[t + 30]);
            inputLine(d0, d1, d2, d3, d4, d5, buffer, j * L, 6 * L);
        }
        if (lanes >= L) {
            for (int i = 0; i < 6; i++) {
                int b = i * 6 * L;
                inputLine(load(buffer, b), load(buffer, b + L), load(buffer, b + 2 * L), load(buffer, b + 3 * L),
                        load(buffer, b + 4 * L), load(buffer, b + 5 * L), target, to + i * 6 * step, step);
            }
            return;
        }
        for (int i = 0; i < 6; i++) {
            int b = i * 6 * L;
            inputLine(load(buffer, b), load(buffer, b + L), load(buffer, b + 2 * L), load(buffer, b + 3 * L),
                    load(buffer, b + 4 * L), load(buffer, b + 5 * L), buffer, b, L);
        }
        VectorMask<Float> mask = F.indexInRange(0, lanes);
        for (int e = 0; e < POINTS; e++) {
            load(buffer, e * L).intoArray(target, to + e * step, mask);
        }
    }

    private static FloatVector load(float[] a, int at) {
        return FloatVector.fromArray(F, a, at);
    }

    /** {@code B^T d}. */
    private static void inputLine(FloatVector d0, FloatVector d1, FloatVector d2, FloatVector d3, FloatVector d4,
            FloatVector d5, float[] target, int to, int step) {
        FloatVector a = d4.sub(d2.mul(4f));
        FloatVector b = d3.sub(d1.mul(4f));
        FloatVector c = d4.sub(d2);
        FloatVector d = d3.sub(d1).mul(2f);
        d0.mul(4f).sub(d2.mul(5f)).add(d4).intoArray(target, to);
        a.add(b).intoArray(target, to + step);
        a.sub(b).intoArray(target, to + 2 * step);
        c.add(d).intoArray(target, to + 3 * step);
        c.sub(d).intoArray(target, to + 4 * step);
        d1.mul(4f).sub(d3.mul(5f)).add(d5).intoArray(target, to + 5 * step);
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
            int at = from + j * step;
            FloatVector m0 = load(m, at);
            FloatVector m1 = load(m, at + 6 * step);
            FloatVector m2 = load(m, at + 12 * step);
            FloatVector m3 = load(m, at + 18 * step);
            FloatVector m4 = load(m, at + 24 * step);
            FloatVector m5 = load(m, at + 30 * step);
            FloatVector s = m1.add(m2);
            FloatVector d = m1.sub(m2);
            FloatVector s2 = m3.add(m4);
            FloatVector d2 = m3.sub(m4);
            m0.add(s).add(s2).intoArray(buffer, j * L);
            d2.mul(2f).add(d).intoArray(buffer, (6 + j) * L);
            s2.mul(4f).add(s).intoArray(buffer, (12 + j) * L);
            d2.mul(8f).add(d).add(m5).intoArray(buffer, (18 + j) * L);
        }
        for (int i = 0; i < TILE; i++) {
            int b = i * 6 * L;
            FloatVector m1 = load(buffer, b + L);
            FloatVector m2 = load(buffer, b + 2 * L);
            FloatVector m3 = load(buffer, b + 3 * L);
            FloatVector m4 = load(buffer, b + 4 * L);
            FloatVector s = m1.add(m2);
            FloatVector d = m1.sub(m2);
            FloatVector s2 = m3.add(m4);
            FloatVector d2 = m3.sub(m4);
            IntVector y0 = load(buffer, b).add(s).add(s2).reinterpretAsInts();
            IntVector y1 = d2.mul(2f).add(d).reinterpretAsInts();
            IntVector y2 = s2.mul(4f).add(s).reinterpretAsInts();
            IntVector y3 = d2.mul(8f).add(d).add(load(buffer, b + 5 * L)).reinterpretAsInts();
            IntVector evenLow = LOWER.selectFrom(y0, y2);
            IntVector evenHigh = UPPER.selectFrom(y0, y2);
            IntVector oddLow = LOWER.selectFrom(y1, y3);
            IntVector oddHigh = UPPER.selectFrom(y1, y3);
            int at = to + i * pitch;
            LOWER.selectFrom(evenLow, oddLow).reinterpretAsFloats().intoArray(target, at);
            UPPER.selectFrom(evenLow, oddLow).reinterpretAsFloats().intoArray(target, at + L);
            LOWER.selectFrom(evenHigh, oddHigh).reinterpretAsFloats().intoArray(target, at + 2 * L);
            UPPER.selectFrom(evenHigh, oddHigh).reinterpretAsFloats().intoArray(target, at + 3 * L);
        }
    }
}
