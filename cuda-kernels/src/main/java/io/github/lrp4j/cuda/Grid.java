package io.github.lrp4j.cuda;

/**
 * How many threads run a kernel.
 *
 * @param x blocks along the first dimension
 * @param y blocks along the second, at most 65,535
 * @param z blocks along the third, at most 65,535
 * @param threads per block: one dimension, a multiple of 32, at most 1,024
 * @param sharedBytes dynamic shared memory per block
 */
record Grid(int x, int y, int z, int threads, int sharedBytes) {
    /** Threads per block where nothing speaks for another number. */
    static final int THREADS = 256;

    /** The most blocks of a kernel that walks over its cells with a stride of the whole grid. */
    private static final int MOST_BLOCKS = 1 << 16;

    /** For a kernel whose threads walk over {@code cells} with a stride of the whole grid. */
    static Grid over(long cells) {
        return new Grid(Math.clamp(Math.ceilDiv(cells, THREADS), 1, MOST_BLOCKS), 1, 1, THREADS, 0);
    }

    /** One block of {@code threads} for each of {@code rows}, with shared memory. */
    static Grid rows(int rows, int threads, int sharedBytes) {
        return new Grid(rows, 1, 1, threads, sharedBytes);
    }
}
