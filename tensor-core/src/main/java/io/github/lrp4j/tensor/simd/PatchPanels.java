package io.github.lrp4j.tensor.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The patches of a correlation as the right operand of a matrix product: rows are channels and taps, columns are outputs.
 * The matrix exists only one panel at a time.
 *
 * @param patches where the inputs lie
 * @param data the inputs
 * @param origin where the patches begin
 */
record PatchPanels(Patches patches, float[] data, int origin) implements RightPanels {
    private static final VectorSpecies<Float> F = Species.F;
    private static final int L = F.length();

    @Override
    public int columns() {
        return patches.outputs();
    }

    @Override
    public void load(int panel, int from, int depth, Panel result) {
        result.data = result.buffer;
        result.offset = 0;
        int first = panel * Tile.COLUMNS;
        int count = Math.min(Tile.COLUMNS, columns() - first);
        Patches.Runs runs = result.runs;
        patches.runs(first, count, runs);
        if (origin + patches.reach() + runs.furthest + Tile.COLUMNS > data.length) {
            copy(from, depth, runs, result.buffer);
        } else if (runs.count == 1) {
            copyPanel(data, origin + runs.from[0], patches.taps(), from, depth, result.buffer);
        } else {
            copyRuns(data, origin, patches.taps(), from, depth, runs, result.buffer);
        }
    }

    /** Exact, for panels next to the end of the array. */
    private void copy(int from, int depth, Patches.Runs runs, float[] target) {
        for (int k = 0; k < depth; k++) {
            for (int r = 0; r < runs.count; r++) {
                System.arraycopy(data, origin + patches.taps()[from + k] + runs.from[r], target,
                        k * Tile.COLUMNS + runs.at[r],
                        runs.at[r + 1] - runs.at[r]);
            }
        }
    }

    private static void copyPanel(float[] data, int origin, int[] taps, int from, int depth, float[] target) {
        for (int k = 0; k < depth; k++) {
            int s = origin + taps[from + k];
            FloatVector.fromArray(F, data, s).intoArray(target, k * Tile.COLUMNS);
            FloatVector.fromArray(F, data, s + L).intoArray(target, k * Tile.COLUMNS + L);
        }
    }

    /** Whole vectors: what a run writes too much, the next run or the next row overwrites. */
    private static void copyRuns(float[] data, int origin, int[] taps, int from, int depth, Patches.Runs runs,
            float[] target) {
        int count = runs.count;
        int[] at = runs.at;
        int[] starts = runs.from;
        for (int k = 0; k < depth; k++) {
            int tap = origin + taps[from + k];
            for (int r = 0; r < count; r++) {
                int s = tap + starts[r];
                int t = k * Tile.COLUMNS + at[r];
                FloatVector.fromArray(F, data, s).intoArray(target, t);
                if (at[r + 1] - at[r] > L) {
                    FloatVector.fromArray(F, data, s + L).intoArray(target, t + L);
                }
            }
        }
    }
}
