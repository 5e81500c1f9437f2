package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.KernelsProvider;

/** {@code -Dlrp4j.kernels=cuda} and {@code cuda:1}. */
public final class CudaProvider implements KernelsProvider {
    /** For {@link java.util.ServiceLoader}. */
    public CudaProvider() {
    }

    @Override
    public String name() {
        return "cuda";
    }

    @Override
    public Kernels open(int device) {
        return Cuda.device(device);
    }
}
