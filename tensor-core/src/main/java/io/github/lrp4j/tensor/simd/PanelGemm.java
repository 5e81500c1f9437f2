package io.github.lrp4j.tensor.simd;

/**
 * {@code c[i, j] (+)= sum_k a[i, k] b[k, j]} from packed panels: the loops around {@link MicroKernels}.
 *
 * <p>From the outside in: blocks of the depth; blocks of the left operand that stay in the second-level cache; panels of
 * the right operand, packed at this moment if need be; panels of the left operand. The panels of a tile stream from the
 * second-level cache without loss; the target often does not fit there, so a longer block, which writes it less often,
 * is worth more than one whose right panel fits the first level. The order in which an element's terms are added depends
 * on the sizes alone, not on the number of threads.
 */
final class PanelGemm {
    /** Most steps of the depth in one block. */
    static final int DEPTH = 768;

    /** Size of a block of the left operand, in numbers: one megabyte. */
    private static final int LEFT_BLOCK = 1 << 18;

    /** What a tile is added to where it replaces the target. */
    private static final float[] ZEROS = new float[Tile.COLUMNS];

    private PanelGemm() {
    }

    /** Multiplies with as many threads as the work deserves. */
    static void multiply(Crew crew, LeftPanels a, RightPanels b, Target c, boolean add) {
        int panels = Tile.panels(b.columns());
        Split split = Split.of(crew.waysToCompute(2.0 * a.rows() * a.depth() * b.columns()), a.count(), panels);
        crew.run(split.parts(),
                (part, scratch) -> block(a, split.rowFrom(part), split.rowTo(part), b, split.columnFrom(part),
                        split.columnTo(part), c, add, scratch));
    }

    /** Multiplies the left panels {@code p0 .. p1 - 1} with the right panels {@code j0 .. j1 - 1} on this thread. */
    static void block(LeftPanels a, int p0, int p1, RightPanels b, int j0, int j1, Target c, boolean add,
            Scratch scratch) {
        int depth = a.depth();
        int blocks = (depth + DEPTH - 1) / DEPTH;
        RightPanels.Panel panel = scratch.panel((depth + blocks - 1) / blocks);
        float[] tile = scratch.floats(Scratch.Use.TILE, Tile.ROWS * Tile.COLUMNS);
        for (int d = 0; d < blocks; d++) {
            int from = (int) ((long) depth * d / blocks);
            int length = (int) ((long) depth * (d + 1) / blocks) - from;
            int step = Math.max(1, LEFT_BLOCK / (length * Tile.ROWS));
            for (int p = p0; p < p1; p += step) {
                panel.ahead = -1;
                for (int j = j0; j < j1; j++) {
                    b.load(j, from, length, panel);
                    int column = j * Tile.COLUMNS;
                    tiles(a, p, Math.min(p1, p + step), from, length, panel, column,
                            Math.min(Tile.COLUMNS, b.columns() - column),
                            c, add || d > 0, d == blocks - 1, tile);
                }
            }
        }
    }

    /** One right panel against a run of left panels. */
    private static void tiles(LeftPanels a, int p0, int p1, int from, int length, RightPanels.Panel panel, int column,
            int columns, Target c, boolean add, boolean complete, float[] tile) {
        int vectors = columns > Tile.LANES ? 2 : 1;
        boolean direct = c.columnStride() == 1 && columns == vectors * Tile.LANES;
        for (int p = p0; p < p1; p++) {
            int row = a.start(p);
            int rows = a.start(p + 1) - row;
            int ao = a.offset() + row * a.depth() + from * rows;
            if (!direct) {
                run(vectors, rows, a.data(), ao, panel, length, ZEROS, 0, 0, tile, 0, Tile.COLUMNS);
                c.store(tile, rows, columns, row, column, add);
            } else {
                int co = c.offset() + row * c.rowStride() + column;
                if (add) {
                    run(vectors, rows, a.data(), ao, panel, length, c.data(), co, c.rowStride(), c.data(), co,
                            c.rowStride());
                } else {
                    run(vectors, rows, a.data(), ao, panel, length, ZEROS, 0, 0, c.data(), co, c.rowStride());
                }
            }
            if (complete) {
                c.finish(row, rows, column, columns);
            }
        }
    }

    private static void run(int vectors, int rows, float[] a, int ao, RightPanels.Panel panel, int depth, float[] s,
            int so,
            int lds, float[] c, int co, int ldc) {
        if (vectors == 2) {
            MicroKernels.run2(rows, a, ao, panel.data, panel.offset, depth, s, so, lds, c, co, ldc);
        } else {
            MicroKernels.run1(rows, a, ao, panel.data, panel.offset, depth, s, so, lds, c, co, ldc);
        }
    }
}
