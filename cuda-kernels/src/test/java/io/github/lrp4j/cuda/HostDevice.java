package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The host as a device: runs the kernels of {@code src/main/cuda} as g++ compiled them, each launch before it returns.
 *
 * <p>It is stricter than a GPU. A kernel that touches what is not allocated, or a barrier that not all threads reach, is an
 * error. Fresh memory is full of NaN. Memory is aligned to 16 bytes only, what the widest load needs, so that fewer than 16
 * bytes lie between its end and what cannot be touched; these must not change.
 */
final class HostDevice implements Device {
    /** A process has 65,530 mappings, and each block takes two. */
    private static final int MANY_BLOCKS = 16_000;
    /** After the collector was asked, its cleaning has as many times {@value #PAUSE_MILLIS} ms to free blocks. */
    private static final int MOST_PAUSES = 100;
    private static final int PAUSE_MILLIS = 10;

    private final HostLibrary library;
    private final TreeMap<Long, Long> sizes = new TreeMap<>();
    private long launches;
    private long used;
    private long peak;
    private boolean closed;
    /** What a block that was freed tells of the kernels before; a thread that frees may have nobody to tell it to. */
    private String damage;

    /** Skips the test that calls this where g++ is missing. */
    static HostDevice open() {
        return open(Sources.kernels());
    }

    /** With the kernels of another directory. */
    static HostDevice open(Path directory) {
        HostCompiler.assume();
        return new HostDevice(HostLibrary.of(directory));
    }

    private HostDevice(HostLibrary library) {
        this.library = library;
    }

    @Override
    public String name() {
        return "the host in place of a GPU";
    }

    /** Names of all kernels, sorted. */
    Set<String> kernels() {
        return library.names();
    }

    /** How many kernels were launched. */
    synchronized long launches() {
        return launches;
    }

    /** Bytes that were allocated and not freed. */
    synchronized long allocated() {
        return used;
    }

    @Override
    public synchronized long allocate(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("host: cannot allocate " + bytes + " bytes");
        }
        if (sizes.size() >= MANY_BLOCKS) {
            collect();
        }
        long size = Math.max(1, bytes);
        long address = library.allocate(size);
        if (address == 0) {
            throw new DeviceMemoryException("host: no room for " + bytes + " bytes beside " + allocated());
        }
        sizes.put(address, size);
        used += size;
        peak = Math.max(peak, used);
        return address;
    }

    /** Blocks of tensors that nobody can reach are freed when the collector has found them. */
    private synchronized void collect() {
        System.gc();
        try {
            for (int pause = 0; pause < MOST_PAUSES && sizes.size() > MANY_BLOCKS / 2; pause++) {
                wait(PAUSE_MILLIS); // Those who free need the lock.
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized void free(long address) {
        if (closed) {
            return;
        }
        Long bytes = sizes.remove(address);
        if (bytes == null) {
            throw new IllegalArgumentException("host: " + Long.toHexString(address) + " is not allocated");
        }
        used -= bytes;
        if (!library.free(address, bytes)) {
            damage = "a kernel wrote beside the " + bytes + " bytes at " + Long.toHexString(address);
        }
    }

    private void requireWhole(String fault) {
        String found = fault == null ? damage : fault;
        damage = null;
        if (found != null) {
            throw new IllegalStateException("host: " + found);
        }
    }

    @Override
    public synchronized void write(MemorySegment from, long to) {
        memory(to, from.byteSize()).copyFrom(from);
    }

    @Override
    public synchronized void read(long from, MemorySegment to) {
        to.copyFrom(memory(from, to.byteSize()));
    }

    @Override
    public synchronized long peakBytes() {
        return peak;
    }

    @Override
    public synchronized void restartPeak() {
        peak = allocated();
    }

    @Override
    public synchronized void copy(long from, long to, long bytes) {
        memory(to, bytes).copyFrom(memory(from, bytes));
    }

    @Override
    public synchronized void zero(long address, long bytes) {
        memory(address, bytes).fill((byte) 0);
    }

    @SuppressWarnings("restricted")
    private MemorySegment memory(long address, long bytes) {
        Map.Entry<Long, Long> block = sizes.floorEntry(address);
        if (bytes > 0 && (block == null || address + bytes > block.getKey() + block.getValue())) {
            throw new IllegalArgumentException("host: " + bytes + " bytes at " + Long.toHexString(address)
                    + " are not allocated" + (block == null ? "" : ", the block before has " + block.getValue()));
        }
        return MemorySegment.ofAddress(address).reinterpret(bytes);
    }

    @Override
    public synchronized void launch(String kernel, Grid grid, Arguments arguments) {
        launches++;
        String fault = library.launch(kernel, grid, arguments);
        requireWhole(fault);
    }

    @Override
    public Products products() {
        return this::gemm;
    }

    private synchronized void gemm(DType dtype, boolean transposeA, boolean transposeB, int m, int n, int k,
            double alpha, long a, int lda, long strideA, long b, int ldb, long strideB, double beta, long c, int ldc,
            long strideC, int batch) {
        if (dtype != DType.F32 && dtype != DType.F64) {
            throw new IllegalArgumentException("host: products are of F32 or F64, not of " + dtype);
        }
        if (lda < (transposeA ? m : k) || ldb < (transposeB ? k : n) || ldc < n) {
            throw new IllegalArgumentException(String.format(
                    "host: rows of %d x %d x %d (transposed %b, %b) do not fit distances %d, %d, %d", m, n, k,
                    transposeA, transposeB, lda, ldb, ldc));
        }
        String fault = library.gemm(dtype == DType.F64, transposeA, transposeB, m, n, k, alpha, a, lda, strideA, b, ldb,
                strideB, beta, c, ldc, strideC, batch);
        requireWhole(fault);
    }

    @Override
    public synchronized void synchronize() {
        requireWhole(null); // Every call is done when it returns.
    }

    /** Gives back what is still allocated. */
    @Override
    public synchronized void close() {
        while (!sizes.isEmpty()) {
            free(sizes.firstKey());
        }
        closed = true;
        requireWhole(null);
    }
}
