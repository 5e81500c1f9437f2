package io.github.lrp4j.bench.compare;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A process that takes orders. */
final class Side implements AutoCloseable {
    /** Runs before anything is measured, at least. */
    private static final int WARM_RUNS = 6;
    /** Seconds of them, at least. */
    private static final double WARM_SECONDS = 2;
    /** Seconds after which they are enough, however few. */
    private static final double WARM_ENOUGH = 15;

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

    /** Runs until things have settled; returns how many runs take about {@code turn} seconds. */
    int warm(double turn) throws IOException {
        double total = 0;
        double last = 0;
        for (int done = 0; total < WARM_ENOUGH && (done < WARM_RUNS || total < WARM_SECONDS);) {
            int count = last == 0 ? 1 : (int) Math.clamp(0.5 / last, 1, 100_000);
            List<Double> seconds = run(count);
            done += count;
            total += seconds.stream().mapToDouble(s -> s).sum();
            last = seconds.getLast();
        }
        return (int) Math.clamp(turn / last, 1, 100_000);
    }

    @Override
    public void close() {
        orders.close();
        process.destroy();
    }
}
