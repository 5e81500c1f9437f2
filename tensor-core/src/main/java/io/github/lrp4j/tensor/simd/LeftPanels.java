package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.HeapSized;

/**
 * The left operand of a matrix product, packed: rows in panels of nearly equal height, at most {@link Tile#ROWS}, each
 * panel {@code [depth, height]}.
 *
 * <p>Equal heights keep every call of a micro-kernel efficient: 30 rows are three panels of 10, not 14 + 14 + 2.
 *
 * @param data the panels, one after the other
 * @param offset position of the first panel
 * @param rows rows of the operand
 * @param depth columns of the operand
 */
record LeftPanels(float[] data, int offset, int rows, int depth) implements HeapSized {
    @Override
    public long heapBytes() {
        return 4L * data.length;
    }

    /** Number of panels of an operand with {@code rows} rows. */
    static int count(int rows) {
        return (rows + Tile.ROWS - 1) / Tile.ROWS;
    }

    /** Number of panels. */
    int count() {
        return count(rows);
    }

    /** First row of panel {@code panel}. */
    int start(int panel) {
        return (int) ((long) rows * panel / count());
    }

    /** Packs the panels {@code from .. to - 1} of {@code source}. */
    void pack(Matrix source, int from, int to) {
        for (int p = from; p < to; p++) {
            int row = start(p);
            int height = start(p + 1) - row;
            Panels.pack(source.data(), source.offset() + row * source.rowStride(), source.rowStride(),
                    source.columnStride(),
                    height, depth, data, offset + row * depth, height);
        }
    }

    /** {@code source} packed into a new array. */
    static LeftPanels of(Crew crew, Matrix source) {
        return into(crew, source, new float[Math.multiplyExact(source.rows(), source.columns())]);
    }

    /** {@code source} packed into {@code buffer}. */
    static LeftPanels into(Crew crew, Matrix source, float[] buffer) {
        LeftPanels packed = new LeftPanels(buffer, 0, source.rows(), source.columns());
        int panels = packed.count();
        int ways = Math.min(panels, crew.waysToCopy((long) source.rows() * source.columns()));
        crew.run(ways, (part, scratch) -> packed.pack(source, panels * part / ways, panels * (part + 1) / ways));
        return packed;
    }
}
