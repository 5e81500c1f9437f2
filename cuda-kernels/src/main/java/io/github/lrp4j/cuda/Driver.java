package io.github.lrp4j.cuda;

import java.lang.foreign.MemorySegment;

/**
 * What a {@link DriverDevice} asks of the CUDA driver, for one device: each method is one or two of the driver's calls, and
 * nothing is decided here. Work is enqueued in one stream, in the order of the calls; any thread may call.
 *
 * <p>Where the driver refuses, or an earlier call turns out to have failed, a {@link DeviceException} says which call it was
 * and the driver's error.
 */
interface Driver extends MemoryPool.Heap, AutoCloseable {
    /** Product name and compute capability. */
    String name();

    /** Shared memory that a block can have at most, if its kernel is allowed to. */
    int mostSharedBytes();

    /** Memory of the host that the device can read and write by itself. */
    interface Pinned extends AutoCloseable {
        /** The memory. */
        MemorySegment memory();

        /** Enqueues a copy of the first {@code bytes} to the device. */
        void toDevice(long to, long bytes);

        /** Enqueues a copy of {@code bytes} from the device to the beginning. */
        void fromDevice(long from, long bytes);

        @Override
        void close();
    }

    /** A point in the order of the work. */
    interface Event extends AutoCloseable {
        /** The point after all work that was enqueued so far. */
        void record();

        /** Waits until the work before the point that was recorded last is done; at once if there is none. */
        void await();

        @Override
        void close();
    }

    /** A kernel. */
    interface Function {
        /** Allows blocks as much dynamic shared memory. */
        void allowSharedBytes(int bytes);

        /** Enqueues it. */
        void launch(Grid grid, Arguments arguments);
    }

    /** Kernels that were compiled together. */
    interface Module extends AutoCloseable {
        /** The kernel of that name, which is there. */
        Function function(String name);

        @Override
        void close();
    }

    /** Allocates memory of the host. */
    Pinned pinned(long bytes);

    /** A new event. */
    Event event();

    /** Compiles PTX for the device. */
    Module load(String ptx);

    /** Enqueues a copy within the device. */
    void copy(long from, long to, long bytes);

    /** Enqueues zeros. */
    void zero(long address, long bytes);

    /** Waits until all work is done. */
    void synchronize();

    /** The stream as cuBLAS wants it: its address. */
    long stream();

    /** Makes the device the one that the calling thread's libraries (cuBLAS) use. */
    void makeCurrent();

    @Override
    void close();
}
