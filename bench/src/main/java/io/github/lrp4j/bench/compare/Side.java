package io.github.lrp4j.bench.compare;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** A process that takes orders. */
final class Side implements AutoCloseable {
    /** Seconds of running before anything is measured, at least: a JVM compiles what it has seen running. */
    private static final double WARM_SECONDS = 5;
    /** Seconds after which they are enough. */
    private static final double WARM_ENOUGH = 20;
    /** A turn that is not faster than the best by this much is no progress. */
    private static final double PROGRESS = 0.95;

    private final String name;
    private final Process process;
    private final PrintStream orders;
    private final BufferedReader answers;

    Side(String name, List<String> command, Map<String, String> environment) throws IOException {
        this.name = name;
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        process = builder.start();
        orders = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** The answer to an order. */
    String ask(String order) throws IOException {
        orders.println(order);
        String answer = answers.readLine();
        if (answer == null || answer.startsWith("error")) {
            throw new IOException(name + " answers '" + order + "' with " + answer);
        }
        return answer;
    }

    /** The seconds of {@code count} runs. */
    List<Double> run(int count) throws IOException {
        return Arrays.stream(ask("run " + count).split(" ")).map(Double::valueOf).toList();
    }

    /** Runs until two turns have brought no progress; returns how many runs take about {@code turn} seconds. */
    int warm(double turn) throws IOException {
        double total = 0;
        double best = Double.MAX_VALUE;
        int idle = 0;
        for (int count = 1; total < WARM_ENOUGH && (total < WARM_SECONDS || idle < 2);) {
            List<Double> seconds = run(count);
            double shortest = Collections.min(seconds);
            idle = shortest < PROGRESS * best ? 0 : idle + 1;
            best = Math.min(best, shortest);
            total += seconds.stream().mapToDouble(s -> s).sum();
            count = (int) Math.clamp(turn / best, 1, 100_000);
        }
        return (int) Math.clamp(turn / best, 1, 100_000);
    }

    @Override
    public void close() {
        orders.close();
        process.destroy();
    }
}
