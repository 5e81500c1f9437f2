package io.github.lrp4j.bench;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * What this machine can do at most, with all threads.
 *
 * @param flops multiply-adds in registers, two operations each, per second
 * @param bytes per second, read and written by copying arrays far larger than the caches
 */
record Peak(double flops, double bytes) {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int ACCUMULATORS = 10;
    private static final int STEPS = 1 << 20;
    private static final int COPIED = 1 << 25;
    private static final int ROUNDS = 12;

    /** Measures both, in about a second; the best of several rounds. */
    static Peak measured() {
        int threads = Runtime.getRuntime().availableProcessors();
        int part = COPIED / threads;
        double flops = 2.0 * STEPS * ACCUMULATORS * SPECIES.length() * threads;
        float[][] from = new float[threads][part];
        float[][] to = new float[threads][part];
        return new Peak(flops / fastest(threads, i -> multiplyAdds(1 + i)),
                2.0 * Float.BYTES * part * threads / fastest(threads, i -> {
                    System.arraycopy(from[i], 0, to[i], 0, to[i].length);
                    return to[i][0];
                }));
    }

    /** Work of a thread; the result keeps it from being dropped. */
    private interface Part {
        float run(int thread);
    }

    private static double fastest(int threads, Part part) {
        AtomicInteger sink = new AtomicInteger();
        double fastest = Double.POSITIVE_INFINITY;
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            IntStream.range(0, threads).mapToObj(i -> Thread.ofPlatform().start(() -> sink.addAndGet((int) part.run(i))))
                    .toList().forEach(Peak::join);
            fastest = Math.min(fastest, (System.nanoTime() - start) / 1e9);
        }
        return fastest;
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while measuring", e);
        }
    }

    /** Ten chains of dependent multiply-adds: more than a core's two units times their latency of four. */
    private static float multiplyAdds(int seed) {
        FloatVector x = FloatVector.broadcast(SPECIES, 1 - 1e-7f * seed);
        FloatVector y = FloatVector.broadcast(SPECIES, 1e-7f);
        FloatVector a = x;
        FloatVector b = x;
        FloatVector c = x;
        FloatVector d = x;
        FloatVector e = x;
        FloatVector f = x;
        FloatVector g = x;
        FloatVector h = x;
        FloatVector i = x;
        FloatVector j = x;
        for (int step = 0; step < STEPS; step++) {
            a = a.fma(x, y);
            b = b.fma(x, y);
            c = c.fma(x, y);
            d = d.fma(x, y);
            e = e.fma(x, y);
            f = f.fma(x, y);
            g = g.fma(x, y);
            h = h.fma(x, y);
            i = i.fma(x, y);
            j = j.fma(x, y);
        }
        FloatVector sum = a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).add(i).add(j);
        return sum.reduceLanes(VectorOperators.ADD);
    }
}
