package io.github.lrp4j.cuda;

/**
 * One GPU as its driver describes it.
 *
 * @param ordinal its number for the driver
 * @param name product name
 * @param capabilityMajor compute capability before the dot
 * @param capabilityMinor compute capability behind the dot
 * @param multiprocessors number of streaming multiprocessors
 * @param memory bytes of device memory
 */
public record CudaDevice(int ordinal, String name, int capabilityMajor, int capabilityMinor, int multiprocessors,
        long memory) {
    /** {@code NVIDIA H200, compute capability 9.0, 132 multiprocessors, 139.8 GiB}. */
    @Override
    public String toString() {
        return String.format(java.util.Locale.ROOT, "%s, compute capability %d.%d, %d multiprocessors, %.1f GiB", name,
                capabilityMajor, capabilityMinor, multiprocessors, memory / (double) (1L << 30));
    }
}
