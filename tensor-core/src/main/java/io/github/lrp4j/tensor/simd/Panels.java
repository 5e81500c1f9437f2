package io.github.lrp4j.tensor.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@code target[k, i] = source[i, k]}: copies lines of an operand into the depth-major panels that {@link MicroKernel}
 * reads.
 */
final class Panels {
    private static final VectorSpecies<Float> F = Species.F;
    private static final int L = F.length();

    private Panels() {
    }

    /**
     * {@code target[to + k * width + i] = source[from + i * lineStride + k * depthStride]} for {@code i < lines},
     * {@code k < depth}. Positions {@code i >= lines} of each row are left with any number. Writes nothing outside of
     * {@code to .. to + depth * width - 1}; may read (and discard) numbers next to the named ones.
     *
     * @param lines 1 .. width
     */
    static void pack(float[] source, int from, int lineStride, int depthStride, int lines, int depth, float[] target,
            int to, int width) {
        int done;
        if (depthStride == 1 && lines > 1) {
            done = packTransposing(source, from, lineStride, lines, depth, target, to, width);
        } else if (lineStride == 1 && lines > 1) {
            done = packRows(source, from, depthStride, lines, depth, target, to, width);
        } else {
            done = 0;
        }
        for (int k = done; k < depth; k++) {
            int at = to + k * width;
            int s = from + k * depthStride;
            for (int i = 0; i < lines; i++) {
                target[at + i] = source[s + i * lineStride];
            }
        }
    }

    /**
     * {@code target[p, k, i] = source[from + k * depthStride + p * Tile.COLUMNS + i]}: two neighbouring panels of lines that
     * lie side by side, each {@code [depth, Tile.COLUMNS]}.
     */
    static void packTwo(float[] source, int from, int depthStride, int depth, float[] target) {
        int second = depth * Tile.COLUMNS;
        for (int k = 0; k < depth; k++) {
            int s = from + k * depthStride;
            int t = k * Tile.COLUMNS;
            FloatVector.fromArray(F, source, s).intoArray(target, t);
            FloatVector.fromArray(F, source, s + L).intoArray(target, t + L);
            FloatVector.fromArray(F, source, s + 2 * L).intoArray(target, second + t);
            FloatVector.fromArray(F, source, s + 3 * L).intoArray(target, second + t + L);
        }
    }

    /** Lines lie along the depth: L x L transposes. Returns how many steps of the depth are done. */
    private static int packTransposing(float[] source, int from, int lineStride, int lines, int depth, float[] target,
            int to, int width) {
        int blocks = (lines + L - 1) / L;
        int steps = stepsThatMaySpill(blocks * L - width, depth, width) / L * L;
        for (int k = 0; k < steps; k += L) {
            // Right to left: what a block spills over the end of its rows is rewritten by the next one.
            for (int i = (blocks - 1) * L; i >= 0; i -= L) {
                MicroKernels.transpose(source, from + i * lineStride + k, lineStride, Math.min(L, lines - i), target,
                        to + k * width + i, width);
            }
        }
        return steps;
    }

    /** Lines lie side by side: vector copies. Returns how many steps of the depth are done. */
    private static int packRows(float[] source, int from, int depthStride, int lines, int depth, float[] target, int to,
            int width) {
        int span = (lines + L - 1) / L * L;
        int steps = stepsThatMaySpill(span - width, depth, width);
        if (span > lines) {
            int readable = source.length - from - span;
            steps = readable < 0 ? 0 : depthStride == 0 ? steps : Math.min(steps, readable / depthStride + 1);
        }
        if (span == 2 * L) {
            for (int k = 0; k < steps; k++) {
                FloatVector.fromArray(F, source, from + k * depthStride).intoArray(target, to + k * width);
                FloatVector.fromArray(F, source, from + k * depthStride + L).intoArray(target, to + k * width + L);
            }
        } else {
            for (int k = 0; k < steps; k++) {
                for (int i = 0; i < span; i += L) {
                    FloatVector.fromArray(F, source, from + k * depthStride + i).intoArray(target, to + k * width + i);
                }
            }
        }
        return steps;
    }

    /** How many rows of {@code width} may be written {@code spill} numbers too far, if the rest is written afterwards. */
    private static int stepsThatMaySpill(int spill, int depth, int width) {
        return spill <= 0 ? depth : Math.max(0, depth - (spill + width - 1) / width);
    }
}
