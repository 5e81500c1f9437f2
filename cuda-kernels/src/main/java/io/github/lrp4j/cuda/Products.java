package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.DType;

/** Matrix products on a device: cuBLAS, or what stands in for it. Matrices are row-major, as everywhere in lrp4j. */
interface Products extends AutoCloseable {
    /**
     * {@code c_b = alpha op(a_b) op(b_b) + beta c_b} for {@code b = 0 .. batch - 1}, in the order of the device's calls;
     * {@code op(a)} is {@code m x k}, {@code op(b)} {@code k x n}, c {@code m x n}.
     *
     * @param dtype F32 or F64 for all three
     * @param a address of the first a
     * @param lda distance of a's rows as they lie in memory, in elements
     * @param strideA distance of one a to the next, in elements; 0 for the same one
     * @param transposeA whether {@code op(a) = a^T}
     */
    void gemm(DType dtype, boolean transposeA, boolean transposeB, int m, int n, int k, double alpha, long a, int lda,
            long strideA, long b, int ldb, long strideB, double beta, long c, int ldc, long strideC, int batch);

    /** For messages and reports, what multiplies: {@code cuBLAS 12.6.4 by JCublas2}. */
    default String name() {
        return "the device's own products";
    }

    /** Gives up what a library keeps for this device. */
    @Override
    default void close() {
    }
}
