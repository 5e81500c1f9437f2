package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.DType;

/**
 * The calls of cuBLAS that {@link CublasProducts} make, one for one; matrices are column-major here. Not thread-safe. A
 * call that cuBLAS refuses is a {@link DeviceException} that names it.
 */
interface CublasCalls extends AutoCloseable {
    /** {@code CUBLAS_OP_N}. */
    int AS_IT_IS = 0;
    /** {@code CUBLAS_OP_T}. */
    int TRANSPOSED = 1;
    /** {@code CUBLAS_DEFAULT_MATH}: float32 is computed in float32. */
    int DEFAULT_MATH = 0;
    /** {@code CUBLAS_TF32_TENSOR_OP_MATH}: factors of float32 products are rounded to 10 bits of mantissa. */
    int TF32_MATH = 3;

    /** For messages: {@code cuBLAS 12.6.4 by JCublas2}. */
    String name();

    /** {@code cublasSetStream}. */
    void stream(long stream);

    /** {@code cublasSetMathMode}. */
    void mathMode(int mode);

    /** {@code cublasSgemmStridedBatched} or {@code cublasDgemmStridedBatched}, with factors in the memory of the host. */
    void gemmStridedBatched(DType dtype, int opA, int opB, int m, int n, int k, double alpha, long a, int lda,
            long strideA, long b, int ldb, long strideB, double beta, long c, int ldc, long strideC, int batch);

    /** {@code cublasDestroy}. */
    @Override
    void close();

    /** Fails unless {@code status} is {@code CUBLAS_STATUS_SUCCESS}. */
    static void check(String call, int status) {
        if (status != 0) {
            throw new DeviceException(call + " returned " + status + switch (status) {
                case 1 -> " (not initialised)";
                case 3 -> " (allocation failed)";
                case 7 -> " (invalid value)";
                case 8 -> " (architecture not supported)";
                case 13 -> " (execution failed)";
                case 14 -> " (internal error)";
                case 15 -> " (not supported)";
                default -> "";
            });
        }
    }
}
