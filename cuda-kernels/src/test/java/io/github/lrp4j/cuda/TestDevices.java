package io.github.lrp4j.cuda;

/** The devices that tests compute on, here and in other modules. */
public final class TestDevices {
    private TestDevices() {
    }

    /** Kernels on the host in place of a GPU; skips the test that calls this where g++ is missing. */
    public static CudaKernels host() {
        return new CudaKernels(HostDevice.open());
    }
}
