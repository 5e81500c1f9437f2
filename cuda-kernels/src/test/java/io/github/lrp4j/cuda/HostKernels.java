package io.github.lrp4j.cuda;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Tests of kernels on the host in place of a GPU, which are open for all of a class; skipped where g++ is missing. */
abstract class HostKernels {
    /** Of the class that runs now. */
    static HostDevice device;
    /** Of the class that runs now. */
    static CudaKernels kernels;

    @BeforeAll
    static void open() {
        device = HostDevice.open();
        kernels = new CudaKernels(device);
    }

    @AfterAll
    static void close() {
        TestDevices.close(kernels);
        kernels = null;
    }
}
