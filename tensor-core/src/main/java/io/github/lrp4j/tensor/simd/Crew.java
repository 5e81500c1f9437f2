package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.parallel.WorkerPool;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * The worker threads of a kernel together with their {@link Scratch} buffers.
 *
 * <p>Part p prefers the buffers it used last, so that they are still in its core's cache. Two {@code Scratch}es are kept
 * per thread, one for a part and one for the call that leads it; more calls at the same time make their own.
 */
final class Crew {
    /** Work on one part of a region. */
    @FunctionalInterface
    interface Part {
        /** Does part {@code part}. */
        void run(int part, Scratch scratch);
    }

    /** One of many independent pieces of work. */
    @FunctionalInterface
    interface UnitTask {
        /** Does unit {@code unit} with the threads of {@code team}. */
        void run(Crew team, int unit);
    }

    /** About ten microseconds of multiply-adds: less is not worth a second thread. */
    private static final double FLOPS_PER_WAY = 1 << 20;

    /** About ten microseconds of copying. */
    private static final long COPIES_PER_WAY = 1 << 15;

    private final WorkerPool pool;
    private final AtomicReferenceArray<Scratch> idle;
    private final int threads;
    private final int home;

    /** A crew on all threads of {@code pool}. */
    Crew(WorkerPool pool) {
        this(pool, new AtomicReferenceArray<>(2 * pool.threads()), pool.threads(), 0);
    }

    private Crew(WorkerPool pool, AtomicReferenceArray<Scratch> idle, int threads, int home) {
        this.pool = pool;
        this.idle = idle;
        this.threads = threads;
        this.home = home;
    }

    /** Number of threads. */
    int threads() {
        return threads;
    }

    /** Into how many parts arithmetic of {@code flops} is worth splitting, at most the number of threads. */
    int waysToCompute(double flops) {
        return (int) Math.clamp(flops / FLOPS_PER_WAY, 1, threads);
    }

    /** Into how many parts copying {@code elements} is worth splitting, at most the number of threads. */
    int waysToCopy(long elements) {
        return Math.clamp(elements / COPIES_PER_WAY, 1, threads);
    }

    /** Runs the parts {@code 0 .. parts - 1}, each with buffers of its own, and returns when all are done. */
    void run(int parts, Part work) {
        each(parts, part -> with(2 * (home + part), scratch -> work.run(part, scratch)));
    }

    /** Runs the parts {@code 0 .. parts - 1} and returns when all are done. */
    void each(int parts, IntConsumer work) {
        if (threads == 1 || parts <= 1) {
            for (int p = 0; p < parts; p++) {
                work.accept(p);
            }
        } else {
            pool.run(parts, work::accept);
        }
    }

    /**
     * Does the units {@code 0 .. count - 1} of {@code flops} each: one per thread as long as there is one for each thread,
     * the rest one after the other on all threads.
     */
    void forEach(int count, double flops, UnitTask work) {
        int ways = threads;
        int together = waysToCompute(flops * count) < ways ? 0 : count / ways * ways;
        forEachAlone(together == 0 ? 0 : ways, (alone, part) -> {
            for (int i = together / ways * part; i < together / ways * (part + 1); i++) {
                work.run(alone, i);
            }
        });
        for (int i = together; i < count; i++) {
            work.run(this, i);
        }
    }

    /** Does the units {@code 0 .. count - 1}, each on one thread. */
    void forEachAlone(int count, UnitTask work) {
        each(count, unit -> work.run(new Crew(pool, idle, 1, unit), unit));
    }

    /** Runs {@code work} on the calling thread with buffers that its regions may share. */
    void lead(Consumer<Scratch> work) {
        with(2 * home + 1, work);
    }

    private void with(int slot, Consumer<Scratch> work) {
        int preferred = slot % idle.length();
        Scratch scratch = take(preferred);
        try {
            work.accept(scratch);
        } finally {
            giveBack(preferred, scratch);
        }
    }

    private Scratch take(int preferred) {
        for (int i = 0; i < idle.length(); i++) {
            Scratch scratch = idle.getAndSet((preferred + i) % idle.length(), null);
            if (scratch != null) {
                return scratch;
            }
        }
        return new Scratch();
    }

    private void giveBack(int preferred, Scratch scratch) {
        scratch.trim();
        for (int i = 0; i < idle.length(); i++) {
            if (idle.compareAndSet((preferred + i) % idle.length(), null, scratch)) {
                return;
            }
        }
    }
}
