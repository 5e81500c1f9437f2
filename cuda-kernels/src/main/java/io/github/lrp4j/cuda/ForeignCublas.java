package io.github.lrp4j.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.github.lrp4j.tensor.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** cuBLAS of any version by the foreign function API. Addresses on the device travel as 64-bit integers. */
final class ForeignCublas implements CublasCalls {
    private static final MemoryLayout[] GEMM = {JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS,
        JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_LONG,
        JAVA_INT};

    private final String name;
    private final MethodHandle setStream;
    private final MethodHandle setMathMode;
    private final MethodHandle sgemm;
    private final MethodHandle dgemm;
    private final MethodHandle destroy;
    private final long handle;
    private final long stream;
    private final Arena arena = Arena.ofShared();
    /** Alpha and beta. */
    private final MemorySegment factors = arena.allocate(2 * Double.BYTES, Double.BYTES);
    private final MemorySegment second = factors.asSlice(Double.BYTES);

    /**
     * Makes a handle for the calling thread's current device.
     *
     * @param version for messages
     * @param stream a stream of that device, by its address
     * @throws DeviceException if cuBLAS refuses
     */
    ForeignCublas(NativeLibrary cublas, String version, long stream) throws NativeLibrary.LoadException {
        this.stream = stream;
        name = "cuBLAS " + version + " by foreign calls";
        MethodHandle create = cublas.function("cublasCreate_v2", ADDRESS);
        destroy = cublas.function("cublasDestroy_v2", JAVA_LONG);
        setStream = cublas.function("cublasSetStream_v2", JAVA_LONG, JAVA_LONG);
        setMathMode = cublas.function("cublasSetMathMode", JAVA_LONG, JAVA_INT);
        sgemm = cublas.function("cublasSgemmStridedBatched", GEMM);
        dgemm = cublas.function("cublasDgemmStridedBatched", GEMM);
        MemorySegment created = arena.allocate(JAVA_LONG);
        int status = call(() -> (int) create.invokeExact(created));
        if (status != 0) {
            arena.close();
        }
        CublasCalls.check("cublasCreate", status);
        handle = created.get(JAVA_LONG, 0);
    }

    /** A downcall, which throws nothing checked although its type says so. */
    private interface Downcall {
        int call() throws Throwable;
    }

    private static int call(Downcall downcall) {
        try {
            return downcall.call();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void enterStream() {
        CublasCalls.check("cublasSetStream", call(() -> (int) setStream.invokeExact(handle, stream)));
    }

    @Override
    public void mathMode(int mode) {
        CublasCalls.check("cublasSetMathMode", call(() -> (int) setMathMode.invokeExact(handle, mode)));
    }

    @Override
    public void gemmStridedBatched(DType dtype, int opA, int opB, int m, int n, int k, double alpha, long a, int lda,
            long strideA, long b, int ldb, long strideB, double beta, long c, int ldc, long strideC, int batch) {
        if (dtype == DType.F64) {
            factors.set(JAVA_DOUBLE, 0, alpha);
            second.set(JAVA_DOUBLE, 0, beta);
            CublasCalls.check("cublasDgemmStridedBatched", call(() -> (int) dgemm.invokeExact(handle, opA, opB, m, n, k,
                    factors, a, lda, strideA, b, ldb, strideB, second, c, ldc, strideC, batch)));
        } else {
            factors.set(JAVA_FLOAT, 0, (float) alpha);
            second.set(JAVA_FLOAT, 0, (float) beta);
            CublasCalls.check("cublasSgemmStridedBatched", call(() -> (int) sgemm.invokeExact(handle, opA, opB, m, n, k,
                    factors, a, lda, strideA, b, ldb, strideB, second, c, ldc, strideC, batch)));
        }
    }

    @Override
    public void close() {
        int status = call(() -> (int) destroy.invokeExact(handle));
        arena.close();
        CublasCalls.check("cublasDestroy", status);
    }
}
