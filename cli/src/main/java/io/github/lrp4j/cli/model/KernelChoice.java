package io.github.lrp4j.cli.model;

import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.simd.SimdKernels;

/** What computes. */
public enum KernelChoice {
    /** Vector registers and several threads, float32. */
    SIMD {
        @Override
        public Kernels kernels() {
            return new SimdKernels();
        }
    },
    /** Plain loops in float64: the specification, slow. */
    REFERENCE {
        @Override
        public Kernels kernels() {
            return new ReferenceKernels();
        }
    };

    /** Fresh kernels. */
    public abstract Kernels kernels();

    @Override
    public String toString() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
