package io.github.lrp4j.cuda;

import java.lang.foreign.MemorySegment;

/**
 * What {@link CudaKernels} need of a machine: memory of its own, copies from and to the host, launches of compiled kernels,
 * and matrix products. Work is done in the order of the calls, whichever host thread makes them; only {@link #read} and
 * {@link #synchronize} wait for it. Thread-safe.
 *
 * <p>{@code CudaDevice} says which GPU; this is one that was opened. In tests the host itself stands in for one: the same
 * {@code .cu} sources, compiled for the CPU.
 */
interface Device extends AutoCloseable {
    /** For messages: {@code NVIDIA H100, compute capability 9.0}. */
    String name();

    /**
     * Address of as many bytes, aligned to 256; what they contain is undefined.
     *
     * @throws DeviceMemoryException naming the sizes, if caches were given up and there is still no room
     */
    long allocate(long bytes);

    /**
     * Gives {@code address}, which {@link #allocate} had returned, back: it serves again for what is called from now on.
     * Without effect once the device is closed.
     */
    void free(long address);

    /** Asks for {@code giveUp} to be called where memory is short: it gives up what can be made again, such as copies. */
    default void whenShort(Runnable giveUp) {
    }

    /** The most bytes that were allocated at a time, since the device was opened or {@link #restartPeak} was called. */
    long peakBytes();

    /** From now on {@link #peakBytes} is about what follows. */
    void restartPeak();

    /** Copies from the host; the segment may change as soon as this returns. */
    void write(MemorySegment from, long to);

    /** Copies to the host, when all that was called before is done. */
    void read(long from, MemorySegment to);

    /** Copies within the device; the two do not overlap. */
    void copy(long from, long to, long bytes);

    /** All bytes zero. */
    void zero(long address, long bytes);

    /** {@code kernel<<<grid>>>(arguments)}: a {@code __global__} function of the {@code .cu} sources by its name. */
    void launch(String kernel, Grid grid, Arguments arguments);

    /** Matrix products on this device. */
    Products products();

    /** Waits until all that was called before is done, and says what went wrong in it. */
    void synchronize();

    @Override
    void close();
}
