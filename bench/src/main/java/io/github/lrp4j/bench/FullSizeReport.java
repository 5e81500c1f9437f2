package io.github.lrp4j.bench;

import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.lrp.ConservationLedger;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.Presets;
import io.github.lrp4j.lrp.Relevance;
import io.github.lrp4j.lrp.RuleTable;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.safetensors.SafetensorsWriter;
import io.github.lrp4j.zoo.text.TokenBatch;
import io.github.lrp4j.zoo.weights.Weights;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Time and memory of explaining one question of 384 tokens with language models of published size, whose weights are
 * generated into a file and mapped from it. Prints a table.
 *
 * <p>Every row is a process of its own, so that its peaks are its own. The file is deleted afterwards.
 */
public final class FullSizeReport {
    private static final int TOKENS = 384;
    private static final double GIGABYTE = 1 << 30;

    private FullSizeReport() {
    }

    /**
     * Runs.
     *
     * @param arguments heap of the explaining processes, {@code 16g} by default; those processes get arguments of their own
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length == 4 && arguments[0].equals("generate")) {
            generate(QuestionModel.named(arguments[1]), DType.valueOf(arguments[2]), Path.of(arguments[3]));
        } else if (arguments.length == 4 && arguments[0].equals("explain")) {
            explain(QuestionModel.named(arguments[1]), arguments[2], Path.of(arguments[3]));
        } else {
            report(arguments.length > 0 ? arguments[0] : "16g");
        }
    }

    private static void report(String heap) throws IOException, InterruptedException {
        System.out.println(
                "| model | stored as | rules | file, GB | load, s | forward, s | explain, s | again: forward, s "
                        + "| explain, s | heap peak, GB | resident peak, GB | of it mapped file, GB | imbalance |");
        System.out.println("|---|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        Path directory = Files.createTempDirectory("full-size");
        try {
            for (QuestionModel model : QuestionModel.values()) {
                for (DType type : List.of(DType.F32, DType.BF16)) {
                    Path file = directory.resolve("model.safetensors");
                    Fork.run("6g", FullSizeReport.class, "generate", model.label, type.name(), file.toString());
                    for (String rules : List.of("dynamic-lrp", "attn-lrp")) {
                        System.out.printf("| %s | %s | %s ", model.label, type, rules);
                        System.out.flush();
                        Fork.run(heap, FullSizeReport.class, "explain", model.label, rules, file.toString());
                    }
                    Files.delete(file);
                }
            }
        } finally {
            try (Stream<Path> left = Files.list(directory)) {
                for (Path file : left.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(directory);
        }
    }

    private static void generate(QuestionModel model, DType type, Path file) throws IOException {
        Map<String, Tensor> weights = model.load(Weights.initialized(new Quick(new SplittableRandom(1)))).parameters();
        SafetensorsWriter.write(file, weights, Map.of(), type);
    }

    private static void explain(QuestionModel model, String rules, Path file) throws IOException {
        RuleTable table = rules.equals("attn-lrp") ? Presets.attnLrp() : Presets.dynamicLrp();
        Lrp lrp = Lrp.with(table);
        Clock clock = new Clock();
        QuestionModel.Recorder recorder = model.load(Weights.open(file)).model();
        double load = clock.seconds();
        StringBuilder times = new StringBuilder();
        double imbalance = 0;
        for (int run = 0; run < 2; run++) {
            clock.seconds();
            QuestionModel.Answer answer = recorder.record(new Tape(Backend.SIMD.kernels()), question());
            double forward = clock.seconds();
            Relevance relevance = lrp.explain(answer.starts(), answer.words());
            double explain = clock.seconds();
            times.append(String.format(Locale.ROOT, "| %.1f | %.1f ", forward, explain));
            imbalance = Math.max(imbalance, requireSound(relevance, answer).imbalance());
        }
        System.out.printf(Locale.ROOT, "| %.2f | %.2f %s| %.1f | %s | %s | %.1g |%n", Files.size(file) / GIGABYTE, load,
                times, heapPeak(), status("VmHWM"), status("RssFile"), imbalance);
    }

    private static ConservationLedger requireSound(Relevance relevance, QuestionModel.Answer answer) {
        for (double cell : relevance.of(answer.words()).toDoubleArray()) {
            if (!Double.isFinite(cell)) {
                throw new IllegalStateException("relevance " + cell);
            }
        }
        return relevance.ledger();
    }

    private static TokenBatch question() {
        return TokenBatch.of(new SplittableRandom(2).longs(TOKENS, 10, 30_000).toArray());
    }

    private static double heapPeak() {
        return ManagementFactory.getMemoryPoolMXBeans().stream().filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getPeakUsage).mapToLong(usage -> usage.getUsed()).sum() / GIGABYTE;
    }

    /** A figure of {@code /proc/self/status}, where there is one. */
    private static String status(String name) throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            return "";
        }
        return Files.readAllLines(status).stream().filter(line -> line.startsWith(name + ":")).findFirst()
                .map(line -> String.format(Locale.ROOT, "%.1f",
                        Long.parseLong(line.replaceAll("\\D", "")) * 1024 / GIGABYTE))
                .orElse("");
    }

    /** Seconds since the last look. */
    private static final class Clock {
        private long last = System.nanoTime();

        double seconds() {
            long now = System.nanoTime();
            double passed = (now - last) / 1e9;
            last = now;
            return passed;
        }
    }
}
