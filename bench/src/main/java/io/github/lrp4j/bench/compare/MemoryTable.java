package io.github.lrp4j.bench.compare;

import io.github.lrp4j.bench.MemoryJob;
import io.github.lrp4j.bench.MemoryReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Peak resident memory of both sides, every figure from a process of its own; ours with weights
 * mapped from a file, in the smallest heap that does, as {@link MemoryReport} has it, PyTorch with the C library's own settings.
 *
 * @param python the command of the other side
 */
record MemoryTable(List<String> python) {
    static final String HEAD = "| model | lrp4j | PyTorch | lrp4j, MB | PyTorch, MB | of its memory | published, MB |\n"
            + "|---|---|---|---:|---:|---:|---|";

    /** A row of the table. */
    String row(Works.Model work) throws IOException, InterruptedException {
        double ours = ours(work);
        double theirs = theirs(work);
        Optional<Published> published = Published.all().stream()
                .filter(other -> other.model().equals(work.model()) && other.preset().equals(work.what())).findFirst();
        return String.format(Locale.ROOT, "| %s | %s | %s | %.0f | %.0f | %.2f x | %s |", work.label(), work.what(),
                work.peer(), ours, theirs, ours / theirs,
                published.map(other -> String.format(Locale.ROOT, "%.0f (%s)", 1000 * other.gigabytes(), other.by()))
                        .orElse(""));
    }

    private static double ours(Works.Model work) throws IOException, InterruptedException {
        String retain = work.what().equals("forward") ? "nothing" : "gradient";
        Path file = Files.createTempFile("memory", ".safetensors");
        try {
            MemoryReport.generate(work.model(), file);
            String weights = file.toString();
            MemoryJob.Figures roomy = MemoryJob.fork(work.model(), work.what(), retain, "4", weights);
            return MemoryReport.smallest(roomy, work.model(), work.what(), retain, "2", weights).figures()
                    .peakMegabytes();
        } finally {
            Files.delete(file);
        }
    }

    private double theirs(Works.Model work) throws IOException {
        try (Side side = new Side("PyTorch", python, Map.of())) {
            side.ask(work.order(work.peer()));
            side.run(2);
            return Double.parseDouble(side.ask("memory"));
        }
    }
}
