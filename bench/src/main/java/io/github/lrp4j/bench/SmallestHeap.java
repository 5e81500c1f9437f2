package io.github.lrp4j.bench;

import java.io.IOException;
import java.util.Optional;

/**
 * The smallest heap in which a piece of work runs, by bisection: peak resident memory at that heap is what the work needs,
 * while at a large heap it is what the collector has not cleared away yet.
 *
 * @param megabytes of heap, to {@link #PRECISION}
 * @param figures of the run in it
 */
public record SmallestHeap(int megabytes, MemoryJob.Figures figures) {
    /** How close to the smallest: a heap that is smaller by this part failed. */
    static final double PRECISION = 0.03;

    /** A run in a heap of so many megabytes; nothing if that is too small. */
    public interface Trial {
        Optional<MemoryJob.Figures> run(int megabytes) throws IOException, InterruptedException;
    }

    /**
     * Searches from {@code guess} up until a heap does, then down: what was used where there was room is no lower bound,
     * since caches take less in a smaller heap.
     *
     * @param guess a heap to begin with, in megabytes
     * @param high the largest that is tried
     * @throws IllegalStateException if even that is too small
     */
    static SmallestHeap search(int guess, int high, Trial trial) throws IOException, InterruptedException {
        SmallestHeap best = null;
        int tooSmall = 0;
        for (int heap = Math.min(high, guess); best == null; heap = Math.min(high, heap + heap / 2 + 1)) {
            Optional<MemoryJob.Figures> figures = trial.run(heap);
            if (figures.isPresent()) {
                best = new SmallestHeap(heap, figures.get());
            } else if (heap >= high) {
                throw new IllegalStateException("does not run in a heap of " + high + " MB");
            } else {
                tooSmall = heap;
            }
        }
        while (best.megabytes - tooSmall > Math.max(1, PRECISION * best.megabytes)) {
            int heap = (best.megabytes + tooSmall) / 2;
            Optional<MemoryJob.Figures> figures = trial.run(heap);
            if (figures.isPresent()) {
                best = new SmallestHeap(heap, figures.get());
            } else {
                tooSmall = heap;
            }
        }
        return best;
    }
}
