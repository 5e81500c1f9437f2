package io.github.lrp4j.tensor.kernels;

/**
 * Kernels on devices that another module knows, found by {@link java.util.ServiceLoader}: {@link Backends#open} takes
 * {@code name} and {@code name:index}.
 */
public interface KernelsProvider {
    /** What chooses them: {@code cuda}. */
    String name();

    /**
     * Fresh kernels on a device, which they keep until they are closed if they are {@link AutoCloseable}.
     *
     * @param device its number, from 0 on
     * @throws IllegalStateException in one line, why they cannot run here: what was looked for, and where
     */
    Kernels open(int device);
}
