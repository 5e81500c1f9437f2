package io.github.lrp4j.tensor.simd;

/**
 * Size of the register tile of matrix multiplication: {@link #ROWS} x {@link #COLUMNS} sums, a vector register for each
 * {@link #LANES} of them.
 *
 * <p>A tile needs {@code 2 rows + 3} registers (its sums, two vectors of the right operand and a broadcast value): 14 rows
 * where there are 32 registers (512-bit x86, every 128-bit or wider ARM), 6 rows where there are 16.
 */
final class Tile {
    /** Lanes of one vector. */
    static final int LANES = Species.F.length();

    /** Columns of a tile: two vectors. */
    static final int COLUMNS = 2 * LANES;

    /** Most rows of a tile. */
    static final int ROWS =
            Species.F.vectorBitSize() == 512 || System.getProperty("os.arch").equals("aarch64") ? 14 : 6;

    private Tile() {
    }

    /** Number of column panels that cover {@code columns}. */
    static int panels(int columns) {
        return (columns + COLUMNS - 1) / COLUMNS;
    }
}
