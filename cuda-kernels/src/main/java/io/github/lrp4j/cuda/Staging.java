package io.github.lrp4j.cuda;

import java.lang.foreign.MemorySegment;

/**
 * Copies between any memory of the host and a device, by way of two pinned buffers: while the device copies one, the host
 * fills or empties the other. Thread-safe; one copy at a time.
 */
final class Staging implements AutoCloseable {
    /** Bytes of a buffer where nothing speaks for another size. */
    static final int BUFFER_BYTES = 4 << 20;

    private final Driver.Pinned[] buffers = new Driver.Pinned[2];
    private final Driver.Event[] done = new Driver.Event[2];
    private final int size;
    private int next;

    Staging(Driver driver, int bufferBytes) {
        size = bufferBytes;
        for (int b = 0; b < 2; b++) {
            buffers[b] = driver.pinned(bufferBytes);
            done[b] = driver.event();
        }
    }

    /** Enqueues a copy to the device; {@code from} may change when this returns. */
    synchronized void write(MemorySegment from, long to) {
        for (long at = 0; at < from.byteSize(); at += size) {
            long bytes = Math.min(size, from.byteSize() - at);
            done[next].await(); // The device has read what this buffer held before.
            MemorySegment.copy(from, at, buffers[next].memory(), 0, bytes);
            buffers[next].toDevice(to + at, bytes);
            done[next].record();
            next = 1 - next;
        }
    }

    /** Copies to the host, when the work before is done. */
    synchronized void read(long from, MemorySegment to) {
        long total = to.byteSize();
        long requested = 0;
        for (long at = 0; at < total; at += size) {
            for (; requested < total && requested < at + 2L * size; requested += size) {
                int buffer = (int) (requested / size & 1);
                buffers[buffer].fromDevice(from + requested, Math.min(size, total - requested));
                done[buffer].record();
            }
            int buffer = (int) (at / size & 1);
            done[buffer].await();
            MemorySegment.copy(buffers[buffer].memory(), 0, to, at, Math.min(size, total - at));
        }
    }

    @Override
    public synchronized void close() {
        for (int b = 0; b < 2; b++) {
            buffers[b].close();
            done[b].close();
        }
    }
}
