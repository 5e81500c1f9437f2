package io.github.lrp4j.tensor.simd;

/**
 * A grid of row panels x column panels cut into {@code rowWays * columnWays} rectangles of nearly equal size, one per
 * thread.
 *
 * @param rowPanels number of row panels
 * @param columnPanels number of column panels
 * @param rowWays pieces along the rows
 * @param columnWays pieces along the columns
 */
record Split(int rowPanels, int columnPanels, int rowWays, int columnWays) {
    /** What packing a column panel costs, in micro-kernel calls. */
    private static final double PACKING = 1.5;

    /** The cut into at most {@code ways} pieces that finishes first. */
    static Split of(int ways, int rowPanels, int columnPanels) {
        Split best = new Split(rowPanels, columnPanels, 1, 1);
        double least = Double.POSITIVE_INFINITY;
        for (int rowWays = 1; rowWays <= Math.min(ways, rowPanels); rowWays++) {
            int columnWays = Math.min(ways / rowWays, columnPanels);
            double time = (ceil(rowPanels, rowWays) + PACKING) * ceil(columnPanels, columnWays);
            if (time < least) {
                least = time;
                best = new Split(rowPanels, columnPanels, rowWays, columnWays);
            }
        }
        return best;
    }

    private static int ceil(int a, int b) {
        return (a + b - 1) / b;
    }

    /** Number of pieces. */
    int parts() {
        return rowWays * columnWays;
    }

    /** First row panel of piece {@code part}. */
    int rowFrom(int part) {
        return (int) ((long) rowPanels * (part / columnWays) / rowWays);
    }

    /** Row panel after the last of piece {@code part}. */
    int rowTo(int part) {
        return (int) ((long) rowPanels * (part / columnWays + 1) / rowWays);
    }

    /** First column panel of piece {@code part}. */
    int columnFrom(int part) {
        return (int) ((long) columnPanels * (part % columnWays) / columnWays);
    }

    /** Column panel after the last of piece {@code part}. */
    int columnTo(int part) {
        return (int) ((long) columnPanels * (part % columnWays + 1) / columnWays);
    }
}
