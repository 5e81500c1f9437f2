package io.github.lrp4j.bench.compare;

import io.github.lrp4j.bench.Backend;
import io.github.lrp4j.bench.ProcessMemory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * This side of the comparison: does what it is told on standard input, one answer per line, as {@code bench/compare/peer.py}
 * does for PyTorch.
 */
public final class Worker {
    private Worker() {
    }

    /** Serves until standard input ends. */
    public static void main(String[] arguments) throws IOException {
        serve(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)), System.out);
    }

    /** Serves until there are no more orders. */
    static void serve(BufferedReader orders, PrintStream answers) throws IOException {
        Runnable work = null;
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            String[] words = order.split(" ");
            switch (words[0]) {
                case "prepare" -> {
                    // Otherwise two models would be in memory at once.
                    work = null;
                    work = Job.named(words);
                    answers.println("ready");
                }
                case "run" -> answers.println(run(work, Integer.parseInt(words[1])));
                case "memory" -> answers.printf(Locale.ROOT, "%.1f%n", ProcessMemory.peakMegabytes());
                case "versions" -> answers.printf("%s %s, kernels %s, %d threads%n", System.getProperty("java.vm.vendor"),
                        Runtime.version(), Backend.SIMD.kernels().name(), Runtime.getRuntime().availableProcessors());
                default -> answers.println("error: no command " + words[0]);
            }
        }
    }

    private static String run(Runnable work, int count) {
        StringBuilder seconds = new StringBuilder();
        for (int i = 0; i < count; i++) {
            long start = System.nanoTime();
            work.run();
            seconds.append(String.format(Locale.ROOT, "%.9f ", (System.nanoTime() - start) / 1e9));
        }
        return seconds.toString();
    }
}
