package io.github.lrp4j.cli.model;

import io.github.lrp4j.cli.console.UserError;
import io.github.lrp4j.tensor.kernels.Backends;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import java.util.Locale;

/** What computes. */
public enum KernelChoice {
    /** The fastest that works well on this machine. */
    AUTO,
    /** Vector registers and several threads, float32. */
    SIMD,
    /** Plain loops in float64: the specification, slow. */
    REFERENCE;

    /**
     * Fresh kernels.
     *
     * @throws UserError if they cannot run here
     */
    public Kernels kernels() {
        if (this == REFERENCE) {
            return new ReferenceKernels();
        }
        if (this == SIMD) {
            return ComputeOptions.open("simd", "--kernels simd");
        }
        try {
            return Backends.select().kernels();
        } catch (IllegalStateException | IllegalArgumentException e) {
            throw UserError.usage(e.getMessage());
        }
    }

    /** Its name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
