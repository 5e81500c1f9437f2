package io.github.lrp4j.cuda;

/** The devices that tests compute on. */
final class TestDevices {
    private TestDevices() {
    }

    /** Kernels on the host in place of a GPU; skips the test that calls this where g++ is missing. */
    static CudaKernels host() {
        return new CudaKernels(HostDevice.open());
    }
}
