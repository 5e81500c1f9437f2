package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.HeapSized;
import io.github.lrp4j.tensor.MappedNumbers;

/**
 * The right operand of a matrix product: provides panels of {@link Tile#COLUMNS} columns as {@code [depth, COLUMNS]}.
 *
 * <p>Some operands lie packed in memory, others are packed as they are needed, into a buffer that stays in the cache for
 * as long as all panels of the left operand meet it.
 */
interface RightPanels {
    /** A panel: where {@link #load} says that it lies. Not thread-safe: one per thread. */
    final class Panel {
        /** The numbers. */
        float[] data;
        /** Where step 0 of the depth begins. */
        int offset;
        /** Room for {@code 2 depth * Tile.COLUMNS} numbers and a vector more, to pack into. */
        float[] buffer;
        /** The panel that lies behind the loaded one in the buffer, for the operand and the depth at hand; or -1. */
        int ahead = -1;
        private short[] halves = new short[0];
        /** For operands that are gathered from runs. */
        final Patches.Runs runs = new Patches.Runs(Math.max(Tile.COLUMNS, PanelGemm.DEPTH));
        private float[] lines = new float[0];

        /** Room for {@code length} gathered numbers. */
        float[] lines(int length) {
            if (lines.length < length) {
                lines = new float[length];
            }
            return lines;
        }

        /** Room for {@code length} numbers of half precision. */
        short[] halves(int length) {
            if (halves.length < length) {
                halves = new short[length];
            }
            return halves;
        }
    }

    /** Number of columns, the last panel may be partial. */
    int columns();

    /** Makes steps {@code from .. from + depth - 1} of panel {@code panel} available; columns past the last hold any number. */
    void load(int panel, int from, int depth, Panel result);

    /** An operand that was packed as a whole, to be kept with the weights. */
    sealed interface Kept extends RightPanels, HeapSized {
    }

    /** A strided matrix, packed on demand; two panels at once where that touches fewer lines of the cache. */
    record Strided(Matrix matrix) implements RightPanels {
        @Override
        public int columns() {
            return matrix.columns();
        }

        @Override
        public void load(int panel, int from, int depth, Panel result) {
            result.data = result.buffer;
            result.offset = 0;
            if (panel == result.ahead) {
                result.offset = depth * Tile.COLUMNS;
                return;
            }
            if (matrix.columnStride() == 1 && (panel + 2) * Tile.COLUMNS <= matrix.columns()) {
                Panels.packTwo(matrix.data(),
                        matrix.offset() + panel * Tile.COLUMNS + from * matrix.rowStride(), matrix.rowStride(), depth,
                        result.buffer);
                result.ahead = panel + 1;
                return;
            }
            pack(panel, from, depth, result.buffer, 0);
        }

        void pack(int panel, int from, int depth, float[] target, int to) {
            int column = panel * Tile.COLUMNS;
            Panels.pack(matrix.data(), matrix.offset() + column * matrix.columnStride() + from * matrix.rowStride(),
                    matrix.columnStride(), matrix.rowStride(), Math.min(Tile.COLUMNS, matrix.columns() - column), depth,
                    target,
                    to, Tile.COLUMNS);
        }
    }

    /**
     * A matrix whose panels lie packed one after the other, each over the whole depth.
     *
     * @param data {@code [panels, depth, Tile.COLUMNS]}
     * @param offset where the first panel begins
     */
    record Packed(float[] data, int offset, int depth, int columns) implements Kept {
        @Override
        public long heapBytes() {
            return 4L * data.length;
        }

        @Override
        public void load(int panel, int from, int length, Panel result) {
            result.data = data;
            result.offset = offset + (panel * depth + from) * Tile.COLUMNS;
        }
    }

    /**
     * As {@link Packed} in half precision, which is widened when a panel is needed.
     *
     * @param data {@code [panels, depth, Tile.COLUMNS]}
     * @param stored F16 or BF16
     */
    record PackedHalves(short[] data, DType stored, int depth, int columns) implements Kept {
        @Override
        public long heapBytes() {
            return 2L * data.length;
        }

        @Override
        public void load(int panel, int from, int length, Panel result) {
            result.data = result.buffer;
            result.offset = 0;
            MappedNumbers.widen(stored, data, (panel * depth + from) * Tile.COLUMNS, result.buffer, 0,
                    length * Tile.COLUMNS);
        }
    }

    /** {@code matrix} packed into a new array. */
    static Kept packed(Crew crew, Matrix matrix) {
        int panels = Tile.panels(matrix.columns());
        int depth = matrix.rows();
        float[] data = new float[Math.multiplyExact(Math.multiplyExact(panels, depth), Tile.COLUMNS)];
        Strided source = new Strided(matrix);
        int ways = Math.min(panels, crew.waysToCopy(data.length));
        crew.run(ways, (part, scratch) -> {
            for (int j = panels * part / ways; j < panels * (part + 1) / ways; j++) {
                source.pack(j, 0, depth, data, j * depth * Tile.COLUMNS);
            }
        });
        return new Packed(data, 0, depth, matrix.columns());
    }
}
