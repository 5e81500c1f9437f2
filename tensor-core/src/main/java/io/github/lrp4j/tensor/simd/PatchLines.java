package io.github.lrp4j.tensor.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The transposed patches of a correlation as the right operand of a matrix product: rows are outputs, columns are channels
 * and taps. Lines of inputs are gathered without gaps, then transposed into the panel.
 *
 * @param patches where the inputs lie
 * @param data the inputs
 * @param origin where the patches begin
 */
record PatchLines(Patches patches, float[] data, int origin) implements RightPanels {
    private static final VectorSpecies<Float> F = Species.F;
    private static final int L = F.length();

    @Override
    public int columns() {
        return patches.rows();
    }

    @Override
    public void load(int panel, int from, int depth, Panel result) {
        result.data = result.buffer;
        result.offset = 0;
        int first = panel * Tile.COLUMNS;
        int count = Math.min(Tile.COLUMNS, columns() - first);
        Patches.Runs runs = result.runs;
        patches.runs(from, depth, runs);
        int step = runs.count == 1 ? commonStep(first, count) : 0;
        if (step > 0) {
            Panels.pack(data, origin + patches.taps()[first] + runs.from[0], step, 1, count, depth, result.buffer, 0,
                    Tile.COLUMNS);
            return;
        }
        int pitch = depth + L;
        float[] lines = result.lines(count * pitch);
        boolean exact = origin + patches.reach() + runs.furthest + depth + L > data.length;
        for (int i = 0; i < count; i++) {
            int at = origin + patches.taps()[first + i];
            if (exact) {
                copyExactly(data, at, runs, lines, i * pitch);
            } else {
                copy(data, at, runs, lines, i * pitch);
            }
        }
        Panels.pack(lines, 0, pitch, 1, count, depth, result.buffer, 0, Tile.COLUMNS);
    }

    /** The distance between the lines {@code first .. first + count - 1} if it is the same for all, else 0. */
    private int commonStep(int first, int count) {
        int[] taps = patches.taps();
        int step = count == 1 ? 1 : taps[first + 1] - taps[first];
        for (int i = first + 2; i < first + count; i++) {
            if (taps[i] - taps[i - 1] != step) {
                return 0;
            }
        }
        return step;
    }

    /** Whole vectors: what a run writes too much, the next run overwrites. */
    private static void copy(float[] data, int from, Patches.Runs runs, float[] line, int to) {
        for (int r = 0; r < runs.count; r++) {
            int s = from + runs.from[r];
            int t = to + runs.at[r];
            int length = runs.at[r + 1] - runs.at[r];
            for (int i = 0; i < length; i += L) {
                FloatVector.fromArray(F, data, s + i).intoArray(line, t + i);
            }
        }
    }

    private static void copyExactly(float[] data, int from, Patches.Runs runs, float[] line, int to) {
        for (int r = 0; r < runs.count; r++) {
            System.arraycopy(data, from + runs.from[r], line, to + runs.at[r], runs.at[r + 1] - runs.at[r]);
        }
    }
}
