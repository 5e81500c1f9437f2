package io.github.lrp4j.bench;

import io.github.lrp4j.tensor.kernels.Backends;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;

/** What computes. */
public enum Backend {
    /** Plain loops in float64. */
    REFERENCE,
    /** Vector registers and several threads. */
    SIMD;

    /** Fresh kernels. */
    public Kernels kernels() {
        if (this == REFERENCE) {
            return new ReferenceKernels();
        }
        Backends.Backend fastest = Backends.select();
        if (!fastest.name().startsWith("simd")) {
            throw new IllegalStateException("the vectorised kernels do not run here: " + fastest.refusals());
        }
        return fastest.kernels();
    }
}
