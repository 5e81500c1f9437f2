package io.github.lrp4j.cuda;

import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Memory of a device that is given back exactly once: by {@link #free}, or when nobody can reach it any more.
 */
final class DeviceBlock {
    private static final Cleaner CLEANER =
            Cleaner.create(Thread.ofPlatform().daemon().name("lrp4j-device-memory").factory());

    /** What gives the memory back; must not reach the block. */
    private record Return(Device device, long address, long bytes, AtomicLong held) implements Runnable {
        @Override
        public void run() {
            held.addAndGet(-bytes);
            device.free(address);
        }
    }

    private final long address;
    private final Cleaner.Cleanable end;

    /**
     * Allocates.
     *
     * @param held bytes of all blocks that were not given back yet
     */
    DeviceBlock(Device device, long bytes, AtomicLong held) {
        address = device.allocate(bytes);
        held.addAndGet(bytes);
        end = CLEANER.register(this, new Return(device, address, bytes, held));
    }

    /** Where it begins. */
    long address() {
        return address;
    }

    /** Gives the memory back if it was not yet. */
    void free() {
        end.clean();
    }
}
