package io.github.lrp4j.tensor.simd;

/**
 * {@code c[i, j] = s[i, j] + sum_k a[k, i] b[k, j]} on one register tile: what each method of {@link MicroKernels}
 * computes, in plain loops. The tests hold the two against each other.
 *
 * <p>Both operands are packed so that step k of the sum reads consecutive numbers: {@code a} is {@code [depth, rows]},
 * each of its numbers is broadcast to a vector; {@code b} is {@code [depth, Tile.COLUMNS]}, read a vector at a time. A
 * step costs {@code vectors} loads, {@code rows} broadcasts and {@code rows * vectors} fused multiply-adds; all sums stay
 * in registers. The sums start at zero, and s is added at the end: loading it first would put its latency in front of the
 * loop. To replace c, s is a row of zeros with a stride of 0: a flag would be a branch, and the compiler would translate
 * the whole kernel again when the flag changes for the first time.
 */
final class MicroKernel {
    private MicroKernel() {
    }

    /**
     * Computes one tile of {@code rows} x {@code vectors * Tile.LANES}.
     *
     * @param rows 1 .. 14
     * @param vectors 1 or 2
     * @param a left panel, {@code [depth, rows]} from {@code ao}
     * @param b right panel, {@code [depth, Tile.COLUMNS]} from {@code bo}, also where only one vector of it is used
     * @param s starting values, row i from {@code so + i * lds}; may be c
     * @param c target, row i from {@code co + i * ldc}
     */
    static void run(int rows, int vectors, float[] a, int ao, float[] b, int bo, int depth, float[] s, int so, int lds,
            float[] c, int co, int ldc) {
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < vectors * Tile.LANES; j++) {
                float sum = 0;
                for (int k = 0; k < depth; k++) {
                    sum = Math.fma(a[ao + k * rows + i], b[bo + k * Tile.COLUMNS + j], sum);
                }
                c[co + i * ldc + j] = s[so + i * lds + j] + sum;
            }
        }
    }
}
