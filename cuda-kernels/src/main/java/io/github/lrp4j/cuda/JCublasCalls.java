package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.DType;
import java.util.function.IntSupplier;
import jcuda.CudaException;
import jcuda.Pointer;
import jcuda.driver.CUstream;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasHandle;
import jcuda.runtime.cudaStream_t;

/** cuBLAS 12 by JCublas2, whose native half is linked to that version. */
final class JCublasCalls implements CublasCalls {
    /** An address on the device. */
    private static final class Address extends Pointer {
        Address(long value) {
            super(value);
        }
    }

    private final String name;
    private final cudaStream_t stream;
    private final cublasHandle handle = new cublasHandle();

    /**
     * Makes a handle for the calling thread's current device.
     *
     * @param version for messages
     * @param stream a stream of that device
     * @throws NativeLibrary.LoadException if JCublas2 cannot be loaded
     * @throws DeviceException if cuBLAS refuses
     */
    JCublasCalls(String version, CUstream stream) throws NativeLibrary.LoadException {
        name = "cuBLAS " + version + " by JCublas2";
        this.stream = new cudaStream_t(stream);
        if (JCudaBindings.load("JCublas2", JCublas2::initialize) instanceof Finding.Absent absent) {
            throw new NativeLibrary.LoadException(absent.reason(), null);
        }
        call("cublasCreate", () -> JCublas2.cublasCreate(handle));
    }

    /** Whether JCublas2 throws on errors is set for the whole process: both ways of telling are understood. */
    private static void call(String name, IntSupplier call) {
        try {
            CublasCalls.check(name, call.getAsInt());
        } catch (CudaException e) {
            throw new DeviceException(name + ": " + e.getMessage(), e);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void enterStream() {
        call("cublasSetStream", () -> JCublas2.cublasSetStream(handle, stream));
    }

    @Override
    public void mathMode(int mode) {
        call("cublasSetMathMode", () -> JCublas2.cublasSetMathMode(handle, mode));
    }

    @Override
    public void gemmStridedBatched(DType dtype, int opA, int opB, int m, int n, int k, double alpha, long a, int lda,
            long strideA, long b, int ldb, long strideB, double beta, long c, int ldc, long strideC, int batch) {
        if (dtype == DType.F64) {
            call("cublasDgemmStridedBatched", () -> JCublas2.cublasDgemmStridedBatched(handle, opA, opB, m, n, k,
                    Pointer.to(new double[] {alpha}), new Address(a), lda, strideA, new Address(b), ldb, strideB,
                    Pointer.to(new double[] {beta}), new Address(c), ldc, strideC, batch));
        } else {
            call("cublasSgemmStridedBatched", () -> JCublas2.cublasSgemmStridedBatched(handle, opA, opB, m, n, k,
                    Pointer.to(new float[] {(float) alpha}), new Address(a), lda, strideA, new Address(b), ldb, strideB,
                    Pointer.to(new float[] {(float) beta}), new Address(c), ldc, strideC, batch));
        }
    }

    @Override
    public void close() {
        call("cublasDestroy", () -> JCublas2.cublasDestroy(handle));
    }
}
