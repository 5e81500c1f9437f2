package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.DType;

/**
 * Matrix products by cuBLAS. A row-major matrix is the transposed of the column-major one in the same memory, so that
 * {@code c = a b} is computed as {@code c^T = b^T a^T}: operands change places, and nothing is copied.
 *
 * <p>The same bits each time: all products are in one stream, from which cuBLAS takes its one workspace, and atomics are not
 * allowed unless asked for, which they are not. Thread-safe: a handle of cuBLAS is for one thread at a time.
 */
final class CublasProducts implements Products {
    private final CublasCalls cublas;
    private final Runnable makeCurrent;
    private boolean closed;

    /**
     * Products in a stream.
     *
     * @param makeCurrent makes the device the calling thread's own, as cuBLAS expects it
     * @param tf32 whether factors of float32 products may be rounded to TF32, which is faster and keeps 10 bits
     */
    CublasProducts(CublasCalls cublas, Runnable makeCurrent, long stream, boolean tf32) {
        this.cublas = cublas;
        this.makeCurrent = makeCurrent;
        cublas.stream(stream);
        cublas.mathMode(tf32 ? CublasCalls.TF32_MATH : CublasCalls.DEFAULT_MATH);
    }

    @Override
    public synchronized void gemm(DType dtype, boolean transposeA, boolean transposeB, int m, int n, int k,
            double alpha, long a, int lda, long strideA, long b, int ldb, long strideB, double beta, long c, int ldc,
            long strideC, int batch) {
        if (dtype != DType.F32 && dtype != DType.F64) {
            throw new IllegalArgumentException("cuda: products are of F32 or F64, not of " + dtype);
        }
        if (m == 0 || n == 0 || batch == 0) {
            return;
        }
        makeCurrent.run();
        try {
            cublas.gemmStridedBatched(dtype, operation(transposeB), operation(transposeA), n, m, k, alpha, b, ldb,
                    strideB, a, lda, strideA, beta, c, ldc, strideC, batch);
        } catch (DeviceException e) {
            throw new DeviceException(String.format("cuda: product %d x %d x %d of %d matrices (%s), %s: %s", m, k, n,
                    batch, dtype, cublas.name(), e.getMessage()), e);
        }
    }

    private static int operation(boolean transposes) {
        return transposes ? CublasCalls.TRANSPOSED : CublasCalls.AS_IT_IS;
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            makeCurrent.run();
            cublas.close();
        }
    }
}
