package io.github.lrp4j.cuda;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Memory of a device that serves again: what is given back is kept, by its size, for the next who asks for that much.
 *
 * <p>All work of a device is done in one order, that of the calls. So memory may serve again at once: whatever still reads
 * it was called before whatever will write it. Asking the driver, in contrast, takes as long as a small kernel, and giving
 * back makes it wait for the device. The driver's own stream-ordered pool is not used: it is not on every device, and lets
 * nobody see what it keeps.
 *
 * <p>Sizes are rounded up to a sixteenth of their power of two, at least to {@value #ALIGNMENT} bytes, which is also how they are aligned.
 * What lies idle is at most the given share of the device, and goes, size by size, those not wanted for longest first. Where
 * the device has no room: all that is idle goes; then others are asked to give up what they keep, as long as they have
 * something; then it is an error. Thread-safe.
 */
final class MemoryPool implements AutoCloseable {
    /** Where the pool has its memory from. */
    interface Heap {
        /** Address of as many bytes, aligned to {@value #ALIGNMENT}; 0 where there is no room. */
        long allocate(long bytes);

        /** Takes memory back; waits until the device no longer uses it. */
        void free(long address);

        /** Bytes that nobody has, of this process or another. */
        long freeBytes();

        /** Bytes of the device. */
        long totalBytes();
    }

    /** Others that keep memory of the device. */
    interface Relief {
        /**
         * Gives back what can be given back, or waits for it.
         *
         * @param attempt 0, 1, ... while there is still no room
         * @return whether asking again may help
         */
        boolean giveBack(int attempt);
    }

    static final int ALIGNMENT = 256;

    private final Heap heap;
    private final Relief relief;
    private final long mostIdle;
    private final Map<Long, Long> used = new HashMap<>();
    /** Addresses by size; the size that was wanted or given back last at the end. */
    private final LinkedHashMap<Long, ArrayDeque<Long>> idle = new LinkedHashMap<>(16, 0.75f, true);
    private long usedBytes;
    private long idleBytes;
    private long peakBytes;
    private boolean closed;

    /** @param mostIdle bytes that may lie idle */
    MemoryPool(Heap heap, Relief relief, long mostIdle) {
        this.heap = heap;
        this.relief = relief;
        this.mostIdle = mostIdle;
    }

    /** As many bytes as are reserved for {@code bytes}. */
    static long rounded(long bytes) {
        long step = Math.max(ALIGNMENT, Long.highestOneBit(Math.max(1, bytes - 1)) >> 4);
        return Math.max(1, Math.ceilDiv(bytes, step)) * step;
    }

    /**
     * Address of as many bytes.
     *
     * @throws DeviceMemoryException naming the sizes, if there is no room
     */
    long allocate(long bytes) {
        long size = rounded(bytes);
        long address = find(size, false);
        if (address == 0) {
            address = find(size, true);
        }
        // Others give back on threads of their own, and must not find the pool locked.
        for (int attempt = 0; address == 0; attempt++) {
            boolean mayHelp = relief.giveBack(attempt);
            address = find(size, true);
            if (address == 0 && !mayHelp) {
                throw new DeviceMemoryException(shortage(bytes, size));
            }
        }
        return address;
    }

    private synchronized long find(long size, boolean trims) {
        if (closed) {
            throw new IllegalStateException("cuda: the device was closed");
        }
        ArrayDeque<Long> stack = idle.get(size);
        Long address = stack == null ? null : stack.pollLast();
        if (address != null) {
            idleBytes -= size;
        } else {
            if (trims) {
                trim(0);
            }
            address = heap.allocate(size);
            if (address == 0) {
                return 0;
            }
        }
        used.put(address, size);
        usedBytes += size;
        peakBytes = Math.max(peakBytes, usedBytes);
        return address;
    }

    private synchronized String shortage(long bytes, long size) {
        return String.format(Locale.ROOT, "cuda: no room for %s on the device: of %s, %s are free and lrp4j holds %s"
                + " (%s more lie idle); explain fewer samples at a time, or release what is no longer needed"
                + " (Graph.free)", megabytes(Math.max(bytes, size)), megabytes(heap.totalBytes()),
                megabytes(heap.freeBytes()), megabytes(usedBytes), megabytes(idleBytes));
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MiB", bytes / (double) (1 << 20));
    }

    /**
     * Takes memory back.
     *
     * @throws IllegalArgumentException if it is not from here, or was given back before
     */
    synchronized void free(long address) {
        if (closed) {
            return; // All of it is gone already.
        }
        Long size = used.remove(address);
        if (size == null) {
            throw new IllegalArgumentException(
                    "cuda: address 0x" + Long.toHexString(address) + " was not allocated, or freed before");
        }
        usedBytes -= size;
        idle.computeIfAbsent(size, _ -> new ArrayDeque<>()).addLast(address);
        idleBytes += size;
        if (idleBytes > mostIdle) {
            trim(mostIdle);
        }
    }

    /** Gives idle memory back to the device until at most as many bytes lie idle. */
    synchronized void trim(long most) {
        while (idleBytes > most) {
            Map.Entry<Long, ArrayDeque<Long>> eldest = idle.firstEntry();
            Long address = eldest.getValue().pollFirst();
            if (address != null) {
                heap.free(address);
                idleBytes -= eldest.getKey();
            }
            if (eldest.getValue().isEmpty()) {
                idle.remove(eldest.getKey());
            }
        }
    }

    /** Bytes that are in use. */
    synchronized long usedBytes() {
        return usedBytes;
    }

    /** Bytes that lie idle. */
    synchronized long idleBytes() {
        return idleBytes;
    }

    /** The most bytes that were in use at a time, since the beginning or {@link #restartPeak}. */
    synchronized long peakBytes() {
        return peakBytes;
    }

    /** The peak is of what is in use now and later. */
    synchronized void restartPeak() {
        peakBytes = usedBytes;
    }

    /** Gives everything back, also what is in use. */
    @Override
    public synchronized void close() {
        if (!closed) {
            trim(0);
            used.keySet().forEach(heap::free);
            used.clear();
            usedBytes = 0;
            closed = true;
        }
    }
}
