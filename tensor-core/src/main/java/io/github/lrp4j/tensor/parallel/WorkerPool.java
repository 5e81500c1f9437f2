package io.github.lrp4j.tensor.parallel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A small fixed pool for regions of tens of microseconds: {@code run(parts, task)} calls {@code task.run(0) ..
 * task.run(parts - 1)}, spread over the threads, and returns when all are done.
 *
 * <p>The caller is worker 0; the others spin for about a millisecond after a region and then park, so that back-to-back
 * regions start within a microsecond or two. Part p always runs on worker {@code p mod threads}, hence results do not
 * depend on timing. A region that is started inside a region, or while another thread has the pool, runs on its caller
 * alone. Workers are daemon threads.
 */
public final class WorkerPool implements AutoCloseable {
    /** One region's work. */
    @FunctionalInterface
    public interface Task {
        /** Does part {@code part}. */
        void run(int part);
    }

    /** Work on a range of indices. */
    @FunctionalInterface
    public interface RangeTask {
        /** Does the indices {@code from .. to - 1}. */
        void run(int from, int to);
    }

    private static final long SPIN_NANOS = 1_000_000;
    private static final VarHandle PARKED = MethodHandles.arrayElementVarHandle(boolean[].class);

    private final Thread[] workers;
    private final boolean[] parked;
    private final ReentrantLock region = new ReentrantLock();
    private final AtomicInteger pending = new AtomicInteger();
    private volatile int generation;
    private volatile boolean closed;
    private Task task;
    private int parts;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    /** A pool of {@code threads} threads, the caller included. */
    public WorkerPool(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("a pool needs at least one thread, got " + threads);
        }
        workers = new Thread[threads - 1];
        parked = new boolean[threads];
        for (int i = 0; i < workers.length; i++) {
            int worker = i + 1;
            workers[i] = Thread.ofPlatform().daemon().name("lrp4j-worker-" + worker).unstarted(() -> serve(worker));
            workers[i].start();
        }
    }

    /** Number of threads, the caller included. */
    public int threads() {
        return workers.length + 1;
    }

    /**
     * Calls {@code work} for the parts {@code 0 .. count - 1} and returns when all are done. A failure ends the parts of its
     * thread; the caller's, or else the first one, is rethrown when the other threads are done.
     *
     * @throws IllegalStateException if the pool is closed
     */
    public void run(int count, Task work) {
        requireOpen();
        if (count <= 1 || workers.length == 0 || region.isHeldByCurrentThread() || !region.tryLock()) {
            for (int p = 0; p < count; p++) {
                work.run(p);
            }
            return;
        }
        try {
            requireOpen();
            task = work;
            parts = count;
            failure.set(null);
            int helpers = Math.min(workers.length, count - 1);
            pending.set(workers.length);
            // Only the holder of the lock writes it.
            generation = generation + 1;
            for (int i = 1; i <= workers.length; i++) {
                if ((boolean) PARKED.getVolatile(parked, i)) {
                    LockSupport.unpark(workers[i - 1]);
                }
            }
            Throwable own = null;
            try {
                runParts(0, helpers + 1);
            } catch (Throwable e) {
                own = e;
            }
            while (pending.get() > 0) {
                Thread.onSpinWait();
            }
            task = null;
            rethrow(own != null ? own : failure.get());
        } finally {
            region.unlock();
        }
    }

    /**
     * Splits {@code 0 .. n - 1} into one contiguous range per thread, of at least {@code grain} indices each, and runs
     * them. Below {@code 2 * grain} indices everything runs on the caller.
     */
    public void forRange(int n, int grain, RangeTask work) {
        int count = Math.min(threads(), n / Math.max(1, grain));
        if (count <= 1) {
            if (n > 0) {
                work.run(0, n);
            }
            return;
        }
        run(count, p -> work.run((int) ((long) n * p / count), (int) ((long) n * (p + 1) / count)));
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the worker pool is closed");
        }
    }

    private void runParts(int worker, int stride) {
        for (int p = worker; p < parts; p += stride) {
            task.run(p);
        }
    }

    private void serve(int worker) {
        int seen = 0;
        while (true) {
            int next = awaitGenerationAfter(seen, worker);
            if (next == seen) {
                return;
            }
            seen = next;
            try {
                int stride = Math.min(workers.length, parts - 1) + 1;
                if (worker < stride) {
                    runParts(worker, stride);
                }
            } catch (Throwable e) {
                failure.compareAndSet(null, e);
            } finally {
                pending.decrementAndGet();
            }
        }
    }

    /** The next generation, or {@code seen} if the pool was closed before there was one. */
    private int awaitGenerationAfter(int seen, int worker) {
        long until = 0;
        int spins = 0;
        while (generation == seen && !closed) {
            Thread.onSpinWait();
            if ((++spins & 63) != 0) {
                continue;
            }
            long now = System.nanoTime();
            if (until == 0) {
                until = now + SPIN_NANOS;
            } else if (now - until > 0) {
                PARKED.setVolatile(parked, worker, true);
                if (generation == seen && !closed) {
                    LockSupport.park(this);
                }
                PARKED.setVolatile(parked, worker, false);
            }
        }
        return generation;
    }

    private static void rethrow(Throwable failure) {
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        if (failure instanceof Error e) {
            throw e;
        }
        if (failure != null) {
            throw new IllegalStateException(failure);
        }
    }

    /** Ends the worker threads when the region that runs, if any, is done; a closed pool refuses work. */
    @Override
    public void close() {
        region.lock();
        try {
            closed = true;
            for (Thread worker : workers) {
                LockSupport.unpark(worker);
            }
        } finally {
            region.unlock();
        }
    }
}
