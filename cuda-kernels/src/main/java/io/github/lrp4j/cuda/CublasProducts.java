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
    /** Where the batch is a dimension of the grid, a device takes no more. */
    private static final int MOST_MATRICES = 65_535;

    private final CublasCalls cublas;
    private final Runnable makeCurrent;
    private boolean closed;

    /**
     * Products in the stream of the calls, which are closed with this, or if cuBLAS refuses.
     *
     * @param makeCurrent makes the device the calling thread's own, as cuBLAS expects it
     * @param tf32 whether factors of float32 products may be rounded to TF32, which is faster and keeps 10 bits
     */
    CublasProducts(CublasCalls cublas, Runnable makeCurrent, boolean tf32) {
        this.cublas = cublas;
        this.makeCurrent = makeCurrent;
        try {
            cublas.enterStream();
            cublas.mathMode(tf32 ? CublasCalls.TF32_MATH : CublasCalls.DEFAULT_MATH);
        } catch (DeviceException e) {
            cublas.close();
            throw new DeviceException("cuda: " + cublas.name() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public synchronized void gemm(DType dtype, boolean transposeA, boolean transposeB, int m, int n, int k,
            double alpha, long a, int lda, long strideA, long b, int ldb, long strideB, double beta, long c, int ldc,
            long strideC, int batch) {
        if (dtype != DType.F32 && dtype != DType.F64) {
            throw new IllegalArgumentException("cuda: products are of F32 or F64, not of " + dtype);
        }
        if (closed) {
            throw new IllegalStateException("cuda: the device was closed");
        }
        if (m == 0 || n == 0) {
            return;
        }
        makeCurrent.run();
        try {
            for (int from = 0; from < batch; from += MOST_MATRICES) {
                long skipped = (long) from * dtype.bytes();
                cublas.gemmStridedBatched(dtype, operation(transposeB), operation(transposeA), n, m, k, alpha,
                        b + skipped * strideB, ldb, strideB, a + skipped * strideA, lda, strideA, beta,
                        c + skipped * strideC, ldc, strideC, Math.min(MOST_MATRICES, batch - from));
            }
        } catch (DeviceException e) {
            throw new DeviceException(String.format("cuda: product %d x %d x %d of %d matrices (%s), %s: %s", m, k, n,
                    batch, dtype, cublas.name(), e.getMessage()), e);
        }
    }

    @Override
    public String name() {
        return cublas.name();
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
