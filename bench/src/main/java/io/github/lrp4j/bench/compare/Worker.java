package io.github.lrp4j.bench.compare;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        Runnable work = null;
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            String[] words = order.split(" ");
            switch (words[0]) {
                case "prepare" -> {
                    work = Job.named(words);
                    System.out.println("ready");
                }
                case "run" -> System.out.println(run(work, Integer.parseInt(words[1])));
                case "memory" -> System.out.printf(Locale.ROOT, "%.1f%n", peakMegabytes());
                case "versions" -> System.out.println("Java " + Runtime.version() + ", "
                        + Runtime.getRuntime().availableProcessors() + " threads");
                default -> System.out.println("error: no command " + words[0]);
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

    /** Peak resident memory of this process, as Linux counts it; NaN elsewhere. */
    private static double peakMegabytes() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            return Double.NaN;
        }
        return Files.readAllLines(status).stream().filter(line -> line.startsWith("VmHWM:")).findFirst()
                .map(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024).orElse(Double.NaN);
    }
}
