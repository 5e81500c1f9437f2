package io.github.lrp4j.bench;

import io.github.lrp4j.autograd.Retain;
import io.github.lrp4j.bench.compare.ModelJob;
import io.github.lrp4j.zoo.weights.Weights;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.ref.Reference;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** A model at work in a process of its own, which then says what it took. */
public final class MemoryJob {
    /** Megabytes of a heap in which nothing is scarce. */
    static final int ROOM = 12 << 10;

    private MemoryJob() {
    }

    /**
     * What it took.
     *
     * @param seconds of the fastest run
     * @param heapMegabytes used heap after a collection, the model still in use
     * @param peakMegabytes most resident memory
     * @param mappedMegabytes resident pages of mapped files, at the end
     */
    public record Figures(double seconds, double heapMegabytes, double peakMegabytes, double mappedMegabytes) {
        static Figures parse(String line) {
            String[] words = line.split(" ");
            return new Figures(Double.parseDouble(words[0]), Double.parseDouble(words[1]), Double.parseDouble(words[2]),
                    Double.parseDouble(words[3]));
        }

        String line() {
            return String.format(Locale.ROOT, "%.4f %.1f %.1f %.1f", seconds, heapMegabytes, peakMegabytes, mappedMegabytes);
        }
    }

    /**
     * Runs.
     *
     * @param arguments name of the model; {@code forward} or a preset; {@code nothing}, {@code gradient}, {@code speed} or
     *     the length of a checkpoint's segments; how many runs; a file with weights, which are drawn where there is none
     */
    public static void main(String[] arguments) throws IOException {
        String model = arguments[0];
        int runs = Integer.parseInt(arguments[3]);
        Weights weights = arguments.length > 4 ? Weights.open(Path.of(arguments[4]))
                : Weights.initialized(new Quick(new SplittableRandom(1)));
        Subject subject = Subject.named(model, weights, 1);
        Runnable work = ModelJob.named(model, arguments[1], 1).retaining(retain(arguments[2])).on(subject);
        System.out.println(run(work, runs).line());
    }

    /** The figures of a process with these arguments and a roomy heap. */
    public static Figures fork(String... arguments) throws IOException, InterruptedException {
        List<String> command = Fork.command(List.of("-Xmx" + ROOM + "m"), MemoryJob.class, arguments);
        return Fork.attempt(command, 600).map(Figures::parse)
                .orElseThrow(() -> new IllegalStateException("failed: " + String.join(" ", command)));
    }

    /** What that many runs take. */
    static Figures run(Runnable work, int runs) throws IOException {
        double fastest = Double.POSITIVE_INFINITY;
        try {
            for (int i = 0; i < runs; i++) {
                long start = System.nanoTime();
                work.run();
                fastest = Math.min(fastest, (System.nanoTime() - start) / 1e9);
            }
            double peak = ProcessMemory.peakMegabytes();
            double mapped = ProcessMemory.mappedMegabytes();
            MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
            memory.gc();
            double heap = memory.getHeapMemoryUsage().getUsed() / (double) (1 << 20);
            return new Figures(fastest, heap, peak, mapped);
        } finally {
            Reference.reachabilityFence(work);
        }
    }

    /** {@code nothing}, {@code gradient}, {@code speed}, or a number. */
    static Retain retain(String word) {
        return switch (word) {
            case "nothing" -> Retain.NOTHING;
            case "gradient" -> Retain.GRADIENT;
            case "speed" -> Retain.SPEED;
            default -> Retain.checkpoint(Integer.parseInt(word));
        };
    }
}
