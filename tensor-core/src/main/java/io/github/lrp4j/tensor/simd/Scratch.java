package io.github.lrp4j.tensor.simd;

/** Reusable buffers of one worker: grown to the largest size asked for, contents undefined. */
final class Scratch {
    /** What a buffer holds; two purposes that are alive at the same time have two names. */
    enum Use {
        LEFT, RIGHT, TILE, INPUT, COTANGENT, PATCHES, TRANSFORMED, PRODUCTS, OUTPUT
    }

    /** Larger buffers are given back to the collector after use, in numbers. */
    private static final int KEPT = 1 << 24;

    private final float[][] floats = new float[Use.values().length][0];
    private final int[][] ints = new int[Use.values().length][0];
    private final RightPanels.Panel panel = new RightPanels.Panel();

    /** At least {@code length} floats for {@code use}. */
    float[] floats(Use use, int length) {
        float[] buffer = floats[use.ordinal()];
        if (buffer.length < length) {
            buffer = new float[length];
            floats[use.ordinal()] = buffer;
        }
        return buffer;
    }

    /** At least {@code length} ints for {@code use}. */
    int[] ints(Use use, int length) {
        int[] buffer = ints[use.ordinal()];
        if (buffer.length < length) {
            buffer = new int[length];
            ints[use.ordinal()] = buffer;
        }
        return buffer;
    }

    /** The panel of the right operand, with room for {@code depth} steps. */
    RightPanels.Panel panel(int depth) {
        panel.buffer = floats(Use.RIGHT, (2 * depth + 1) * Tile.COLUMNS);
        panel.ahead = -1;
        return panel;
    }

    /** Drops the buffers that are too large to be kept between calls. */
    void trim() {
        for (int i = 0; i < floats.length; i++) {
            if (floats[i].length > KEPT) {
                floats[i] = new float[0];
            }
        }
        panel.data = null;
    }
}
