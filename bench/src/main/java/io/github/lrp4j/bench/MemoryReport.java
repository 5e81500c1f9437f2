package io.github.lrp4j.bench;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.safetensors.SafetensorsWriter;
import io.github.lrp4j.zoo.weights.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Memory of inference, gradient and explanation under every {@link io.github.lrp4j.autograd.Retain} policy, for networks of
 * published size whose weights are generated into a file and mapped from it. Prints a table.
 *
 * <p>Every figure is taken in a process of its own. <em>Time</em> is that of the fastest of several runs in a heap of 12 GB
 * with the options of the command {@code lrp4j}. A collector with that much room clears nothing away, so resident memory is
 * taken in the {@linkplain SmallestHeap smallest heap} in which the work still runs twice, with a young generation of
 * {@value #YOUNG} MB, so that the live tensors and not the collector's proportions fill it.
 */
public final class MemoryReport {
    /** Megabytes of the young generation: enough for small objects; tensors go past it. */
    static final int YOUNG = 64;
    private static final int ROOM = MemoryJob.ROOM;

    private MemoryReport() {
    }

    /** A row: what is done, keeping what. */
    private record Row(String what, String retain) {
        String label() {
            boolean number = Character.isDigit(retain.charAt(0));
            return what + " | " + (number ? "checkpoint(" + retain + ")" : retain);
        }
    }

    private static List<Row> rows() {
        return List.of(new Row("forward", "nothing"), new Row("gradient", "gradient"), new Row("epsilon", "gradient"),
                new Row("epsilon", "speed"), new Row("epsilon", "8"), new Row("attn-lrp", "gradient"));
    }

    /**
     * Runs.
     *
     * @param arguments names of models; {@code vgg16}, {@code resnet50}, {@code vit_b_16} and {@code roberta-large} where
     *     there is none; the process that generates weights gets arguments of its own
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length == 3 && arguments[0].equals("generate")) {
            SafetensorsWriter.write(Path.of(arguments[2]),
                    Subject.parameters(arguments[1], Weights.initialized(new Quick(new SplittableRandom(1)))), Map.of(),
                    DType.F32);
            return;
        }
        System.out.println(Machine.description() + ", JDK " + Runtime.version() + "\n");
        System.out.println(
                "| model | what | keeps | time, s | smallest heap, MB | heap after collection, MB | peak resident, MB "
                        + "| of it mapped file, MB | of inference |\n|---|---|---|---:|---:|---:|---:|---:|---:|");
        List<String> models =
                arguments.length > 0 ? List.of(arguments) : List.of("vgg16", "resnet50", "vit_b_16", "roberta-large");
        Path directory = Files.createTempDirectory("memory");
        Path file = directory.resolve("model.safetensors");
        try {
            for (String model : models) {
                generate(model, file);
                report(model, file);
                Files.delete(file);
            }
        } finally {
            Files.deleteIfExists(file);
            Files.delete(directory);
        }
    }

    /** Writes drawn weights of a model into a file, from a process of its own. */
    public static void generate(String model, Path file) throws IOException, InterruptedException {
        Fork.run("6g", MemoryReport.class, "generate", model, file.toString());
    }

    private static void report(String model, Path file) throws IOException, InterruptedException {
        double inference = Double.NaN;
        for (Row row : rows()) {
            MemoryJob.Figures fast = MemoryJob.fork(model, row.what, row.retain, "8", file.toString());
            SmallestHeap smallest = smallest(fast, model, row.what, row.retain, "2", file.toString());
            double peak = smallest.figures().peakMegabytes();
            if (row.what.equals("forward")) {
                inference = peak;
            }
            System.out.printf(Locale.ROOT, "| %s | %s | %.3f | %d | %.0f | %.0f | %.0f | %.2f x |%n", model,
                    row.label(),
                    fast.seconds(), smallest.megabytes() + YOUNG, smallest.figures().heapMegabytes(), peak,
                    smallest.figures().mappedMegabytes(), peak / inference);
        }
    }

    /**
     * The smallest heap of a {@link MemoryJob}.
     *
     * @param roomy its figures where there was room
     */
    public static SmallestHeap smallest(MemoryJob.Figures roomy, String... arguments)
            throws IOException, InterruptedException {
        // Enough for start-up and cold code; what takes longer only collects.
        double patience = 20 + 20 * roomy.seconds();
        return SmallestHeap.search((int) roomy.heapMegabytes(), ROOM, heap -> attempt(heap, patience, arguments));
    }

    private static Optional<MemoryJob.Figures> attempt(int heap, double seconds, String... arguments)
            throws IOException, InterruptedException {
        List<String> options =
                List.of("-Xmx" + (heap + YOUNG) + "m", "-Xmn" + YOUNG + "m", "-XX:+ExitOnOutOfMemoryError");
        return Fork.attempt(Fork.command(options, MemoryJob.class, arguments), seconds).map(MemoryJob.Figures::parse);
    }
}
