package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.MappedNumbers;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The right operand of a matrix product in a mapped file: its panels are read from there when they are needed, or once,
 * without a converted copy of the matrix. Half precision stays half until a panel is loaded.
 *
 * @param matrix in a file, with contiguous rows
 */
record FilePanels(Matrix matrix) implements RightPanels {
    private static final VectorSpecies<Float> F = Species.F;
    private static final int L = F.length();
    /** As many lanes as a panel has columns. */
    private static final VectorSpecies<Short> H = VectorSpecies.of(short.class, F.vectorShape());

    /** Steps of the depth that are packed at once: their lines stay in the second-level cache. */
    private static final int STEPS = 512;

    @Override
    public int columns() {
        return matrix.columns();
    }

    @Override
    public void load(int panel, int from, int depth, Panel result) {
        result.data = result.buffer;
        result.offset = 0;
        int column = panel * Tile.COLUMNS;
        int columns = Math.min(Tile.COLUMNS, columns() - column);
        MappedNumbers file = matrix.file();
        long first = matrix.offset() + column + (long) from * matrix.rowStride();
        if (columns < Tile.COLUMNS) {
            for (int k = 0; k < depth; k++) {
                file.read(first + (long) k * matrix.rowStride(), result.buffer, k * Tile.COLUMNS, columns);
            }
        } else if (file.isHalf()) {
            short[] halves = result.halves(depth * Tile.COLUMNS);
            copyHalves(file.segment(), 2 * first, 2L * matrix.rowStride(), depth, halves);
            MappedNumbers.widen(file.stored(), halves, 0, result.buffer, 0, depth * Tile.COLUMNS);
        } else {
            copyFloats(file.segment(), 4 * first, 4L * matrix.rowStride(), depth, result.buffer);
        }
    }

    // Positions in bytes are long: with int, the compiler checks each access on its own.

    private static void copyFloats(MemorySegment file, long at, long stride, int depth, float[] target) {
        for (int k = 0; k < depth; k++) {
            long row = at + k * stride;
            int to = k * Tile.COLUMNS;
            FloatVector.fromMemorySegment(F, file, row, ByteOrder.LITTLE_ENDIAN).intoArray(target, to);
            FloatVector.fromMemorySegment(F, file, row + 4L * L, ByteOrder.LITTLE_ENDIAN).intoArray(target, to + L);
        }
    }

    private static void copyHalves(MemorySegment file, long at, long stride, int depth, short[] target) {
        for (int k = 0; k < depth; k++) {
            ShortVector.fromMemorySegment(H, file, at + k * stride, ByteOrder.LITTLE_ENDIAN)
                    .intoArray(target, k * Tile.COLUMNS);
        }
    }

    /** {@code matrix}, which is in a file, packed into a new array: of half precision if the file is. */
    static Kept packed(Crew crew, Matrix matrix) {
        if (!matrix.hasContiguousColumns()) {
            return matrix.hasContiguousRows() && !matrix.file().isHalf()
                    ? packedRows(crew, matrix)
                    : RightPanels.packed(crew, matrix.loaded());
        }
        return matrix.file().isHalf() ? packedHalves(crew, matrix) : packedFloats(crew, matrix);
    }

    private static Kept packedRows(Crew crew, Matrix matrix) {
        int depth = matrix.rows();
        FilePanels source = new FilePanels(matrix);
        float[] data = new float[length(matrix)];
        eachPanel(crew, matrix, (panel, scratch) -> {
            for (int from = 0; from < depth; from += STEPS) {
                int steps = Math.min(STEPS, depth - from);
                Panel loaded = scratch.panel(steps);
                source.load(panel, from, steps, loaded);
                System.arraycopy(loaded.data, 0, data, (panel * depth + from) * Tile.COLUMNS, steps * Tile.COLUMNS);
            }
        });
        return new Packed(data, 0, depth, matrix.columns());
    }

    private static Kept packedFloats(Crew crew, Matrix matrix) {
        int depth = matrix.rows();
        float[] data = new float[length(matrix)];
        eachPanel(crew, matrix, (panel, scratch) -> {
            float[] lines = scratch.panel(0).lines(Tile.COLUMNS * STEPS);
            int columns = columns(matrix, panel);
            for (int from = 0; from < depth; from += STEPS) {
                int steps = Math.min(STEPS, depth - from);
                for (int i = 0; i < columns; i++) {
                    matrix.file().read(line(matrix, panel, i) + from, lines, i * STEPS, steps);
                }
                Panels.pack(lines, 0, STEPS, 1, columns, steps, data, (panel * depth + from) * Tile.COLUMNS,
                        Tile.COLUMNS);
            }
        });
        return new Packed(data, 0, depth, matrix.columns());
    }

    private static Kept packedHalves(Crew crew, Matrix matrix) {
        int depth = matrix.rows();
        short[] data = new short[length(matrix)];
        eachPanel(crew, matrix, (panel, scratch) -> {
            short[] lines = scratch.panel(0).halves(Tile.COLUMNS * STEPS);
            int columns = columns(matrix, panel);
            for (int from = 0; from < depth; from += STEPS) {
                int steps = Math.min(STEPS, depth - from);
                for (int i = 0; i < columns; i++) {
                    matrix.file().readHalves(line(matrix, panel, i) + from, lines, i * STEPS, steps);
                }
                transpose(lines, columns, steps, data, (panel * depth + from) * Tile.COLUMNS);
            }
        });
        return new PackedHalves(data, matrix.file().stored(), depth, matrix.columns());
    }

    private static void transpose(short[] lines, int columns, int steps, short[] target, int to) {
        for (int k = 0; k < steps; k++) {
            for (int i = 0; i < columns; i++) {
                target[to + k * Tile.COLUMNS + i] = lines[i * STEPS + k];
            }
        }
    }

    private static long line(Matrix matrix, int panel, int column) {
        return matrix.offset() + ((long) panel * Tile.COLUMNS + column) * matrix.columnStride();
    }

    private static int columns(Matrix matrix, int panel) {
        return Math.min(Tile.COLUMNS, matrix.columns() - panel * Tile.COLUMNS);
    }

    private static int length(Matrix matrix) {
        return Math.multiplyExact(Math.multiplyExact(Tile.panels(matrix.columns()), matrix.rows()), Tile.COLUMNS);
    }

    private static void eachPanel(Crew crew, Matrix matrix, Crew.Part work) {
        int panels = Tile.panels(matrix.columns());
        int ways = Math.min(panels, crew.waysToCopy((long) matrix.rows() * matrix.columns()));
        crew.run(ways, (part, scratch) -> {
            for (int j = panels * part / ways; j < panels * (part + 1) / ways; j++) {
                work.run(j, scratch);
            }
        });
    }
}
