package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.DType;

/**
 * The calls of cuBLAS that {@link CublasProducts} makes, one for one; matrices are column-major here. Not thread-safe. A
 * call that cuBLAS refuses is a {@link DeviceException} that names it.
 */
interface CublasCalls extends AutoCloseable {
    /** {@code CUBLAS_OP_N}. */
    int AS_IT_IS = 0;
    /** {@code CUBLAS_OP_T}. */
    int TRANSPOSED = 1;
    /**
     * {@code CUBLAS_DEFAULT_MATH}: float32 is computed in float32, float64 in float64, in any order of summation.
     * {@code CUBLAS_PEDANTIC_MATH} would also forbid fast kernels that keep that precision, and gain nothing here.
     */
    int DEFAULT_MATH = 0;
    /** {@code CUBLAS_TF32_TENSOR_OP_MATH}: factors of float32 products are rounded to 10 bits of mantissa. */
    int TF32_MATH = 3;

    /** For messages: {@code cuBLAS 12.6.4 by JCublas2}. */
    String name();

    /** {@code cublasSetStream}: from now on in the stream that these calls were made for. */
    void enterStream();

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
                case 1 -> " (CUBLAS_STATUS_NOT_INITIALIZED: no room on the device, or its driver is too old)";
                case 3 -> " (CUBLAS_STATUS_ALLOC_FAILED)";
                case 7 -> " (CUBLAS_STATUS_INVALID_VALUE)";
                case 8 -> " (CUBLAS_STATUS_ARCH_MISMATCH)";
                case 11 -> " (CUBLAS_STATUS_MAPPING_ERROR)";
                case 13 -> " (CUBLAS_STATUS_EXECUTION_FAILED)";
                case 14 -> " (CUBLAS_STATUS_INTERNAL_ERROR)";
                case 15 -> " (CUBLAS_STATUS_NOT_SUPPORTED)";
                case 16 -> " (CUBLAS_STATUS_LICENSE_ERROR)";
                default -> "";
            });
        }
    }
}
