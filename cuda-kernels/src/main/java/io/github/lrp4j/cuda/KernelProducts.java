package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.DType;

/** Matrix products by {@code product.cu}, where there is no cuBLAS: float32 in float32, and the same bits each time. */
final class KernelProducts implements Products {
    private static final int TILE = 64;
    private static final int THREADS = 256;
    private static final int MOST_ROWS_OF_BLOCKS = 65_535;

    private final Device device;

    KernelProducts(Device device) {
        this.device = device;
    }

    @Override
    public String name() {
        return "a kernel of lrp4j's own";
    }

    @Override
    public void gemm(DType dtype, boolean transposeA, boolean transposeB, int m, int n, int k, double alpha, long a,
            int lda, long strideA, long b, int ldb, long strideB, double beta, long c, int ldc, long strideC,
            int batch) {
        String kernel = switch (dtype) {
            case F32 -> "product_f32";
            case F64 -> "product_f64";
            default -> throw new IllegalArgumentException("cuda: products are of F32 or F64, not of " + dtype);
        };
        if (lda < (transposeA ? m : k) || ldb < (transposeB ? k : n) || ldc < n) {
            throw new DeviceException(String.format(
                    "cuda: product %d x %d x %d of %d matrices (%s): rows %d, %d and %d apart overlap", m, n, k, batch,
                    dtype, lda, ldb, ldc));
        }
        if (m == 0 || n == 0 || batch == 0) {
            return;
        }
        int tiles = Math.multiplyExact(Math.ceilDiv(m, TILE), Math.ceilDiv(n, TILE));
        device.launch(kernel, new Grid(tiles, Math.min(batch, MOST_ROWS_OF_BLOCKS), 1, THREADS, 0),
                new Arguments().pointer(c).pointer(a).pointer(b)
                        .ints(m, n, k, lda, ldb, ldc, transposeA ? 1 : 0, transposeB ? 1 : 0).i64(strideA).i64(strideB)
                        .i64(strideC).f64(alpha).f64(beta).i32(batch));
    }
}
