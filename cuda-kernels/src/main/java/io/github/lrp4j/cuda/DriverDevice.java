package io.github.lrp4j.cuda;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * A GPU by way of its driver: one stream, a memory pool, kernels from PTX. Thread-safe.
 *
 * <p>With {@code -D}{@value #SYNCHRONOUS}{@code =true} each launch is waited for, so that the error of a kernel names that
 * kernel and not the next call that happens to notice.
 */
final class DriverDevice implements Device {
    /** System property: wait for each launch. */
    static final String SYNCHRONOUS = "lrp4j.cuda.synchronous";

    /** After the collector was asked, its cleaning has as many times {@value #PAUSE_MILLIS} ms to give memory back. */
    private static final int MOST_PAUSES = 25;
    private static final int PAUSE_MILLIS = 10;

    private final Driver driver;
    private final MemoryPool pool;
    private final KernelModules kernels;
    private final Staging writes;
    private final Staging reads;
    private final Products products;
    private final boolean isSynchronous = Boolean.getBoolean(SYNCHRONOUS);
    private final CopyOnWriteArrayList<Runnable> keepers = new CopyOnWriteArrayList<>();
    private boolean closed;

    /**
     * Opens a device, which is closed with this.
     *
     * @param ptx by the name of a file, its text
     * @param products makes the matrix products on the device
     */
    DriverDevice(Driver driver, Map<String, String> ptx, Function<Driver, Products> products) {
        this.driver = driver;
        pool = new MemoryPool(driver, this::giveBack, driver.totalBytes() / 2);
        kernels = new KernelModules(driver, ptx);
        writes = new Staging(driver, Staging.BUFFER_BYTES);
        reads = new Staging(driver, Staging.BUFFER_BYTES);
        this.products = products.apply(driver);
    }

    @Override
    public String name() {
        return driver.name();
    }

    @Override
    public long allocate(long bytes) {
        return pool.allocate(bytes);
    }

    @Override
    public void free(long address) {
        pool.free(address);
    }

    @Override
    public void whenShort(Runnable giveUp) {
        keepers.add(giveUp);
    }

    /** First caches are given up, and what nobody can reach is collected; then that is waited for. */
    private boolean giveBack(int attempt) {
        if (attempt == 0) {
            keepers.forEach(Runnable::run);
            System.gc();
        } else {
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return attempt < MOST_PAUSES;
    }

    @Override
    public void write(MemorySegment from, long to) {
        writes.write(from, to);
    }

    @Override
    public void read(long from, MemorySegment to) {
        reads.read(from, to);
    }

    @Override
    public long peakBytes() {
        return pool.peakBytes();
    }

    @Override
    public void restartPeak() {
        pool.restartPeak();
    }

    @Override
    public void copy(long from, long to, long bytes) {
        driver.copy(from, to, bytes);
    }

    @Override
    public void zero(long address, long bytes) {
        driver.zero(address, bytes);
    }

    @Override
    public void launch(String kernel, Grid grid, Arguments arguments) {
        kernels.launch(kernel, grid, arguments);
        if (isSynchronous) {
            try {
                driver.synchronize();
            } catch (DeviceException e) {
                throw new DeviceException("cuda: kernel " + kernel + " with " + grid + " failed: " + e.getMessage(), e);
            }
        }
    }

    @Override
    public Products products() {
        return products;
    }

    @Override
    public void synchronize() {
        driver.synchronize();
    }

    /** The memory of this device. */
    MemoryPool memory() {
        return pool;
    }

    /** Compiles all kernels; returns how many there are. */
    int loadKernels() {
        kernels.loadAll();
        return kernels.size();
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            driver.synchronize();
            products.close();
            kernels.close();
            writes.close();
            reads.close();
            pool.close();
            driver.close();
        }
    }
}
