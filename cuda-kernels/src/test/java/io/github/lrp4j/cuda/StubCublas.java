package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** cuBLAS over memory of the host: column-major, one number at a time, with cuBLAS's own checks. Tells what it was asked. */
final class StubCublas implements CublasCalls {
    final List<String> calls = new ArrayList<>();
    /** What every product returns from now on. */
    int status;
    private boolean closed;

    @Override
    public String name() {
        return "cuBLAS 12.0 of a test";
    }

    @Override
    public void enterStream() {
        calls.add("stream");
    }

    @Override
    public void mathMode(int mode) {
        calls.add("math " + mode);
    }

    @Override
    public void gemmStridedBatched(DType dtype, int opA, int opB, int m, int n, int k, double alpha, long a, int lda,
            long strideA, long b, int ldb, long strideB, double beta, long c, int ldc, long strideC, int batch) {
        calls.add("gemm of " + batch);
        boolean fits = lda >= Math.max(1, opA == AS_IT_IS ? m : k) && ldb >= Math.max(1, opB == AS_IT_IS ? k : n)
                && ldc >= Math.max(1, m);
        CublasCalls.check("gemm", fits && !closed ? status : 7);
        for (int p = 0; p < batch; p++) {
            for (int j = 0; j < n; j++) {
                for (int i = 0; i < m; i++) {
                    double sum = 0;
                    for (int l = 0; l < k; l++) {
                        long left = opA == AS_IT_IS ? i + (long) l * lda : l + (long) i * lda;
                        long right = opB == AS_IT_IS ? l + (long) j * ldb : j + (long) l * ldb;
                        sum += get(dtype, a, p * strideA + left) * get(dtype, b, p * strideB + right);
                    }
                    long cell = p * strideC + i + (long) j * ldc;
                    double before = beta == 0 ? 0 : beta * get(dtype, c, cell);
                    set(dtype, c, cell, alpha * sum + before);
                }
            }
        }
    }

    private static double get(DType dtype, long address, long index) {
        MemorySegment number = number(dtype, address, index);
        return dtype == DType.F64 ? number.get(ValueLayout.JAVA_DOUBLE, 0) : number.get(ValueLayout.JAVA_FLOAT, 0);
    }

    private static void set(DType dtype, long address, long index, double value) {
        MemorySegment number = number(dtype, address, index);
        if (dtype == DType.F64) {
            number.set(ValueLayout.JAVA_DOUBLE, 0, value);
        } else {
            number.set(ValueLayout.JAVA_FLOAT, 0, (float) value);
        }
    }

    @SuppressWarnings("restricted")
    private static MemorySegment number(DType dtype, long address, long index) {
        return MemorySegment.ofAddress(address + index * dtype.bytes()).reinterpret(dtype.bytes());
    }

    @Override
    public void close() {
        calls.add("close");
        closed = true;
    }
}
