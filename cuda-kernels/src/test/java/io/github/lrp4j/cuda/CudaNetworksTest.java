package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.kernels.Kernels;

/** Whole networks on the host in place of a GPU. */
class CudaNetworksTest extends HostKernels implements NetworkTests {
    @Override
    public Kernels kernels() {
        return kernels;
    }
}
