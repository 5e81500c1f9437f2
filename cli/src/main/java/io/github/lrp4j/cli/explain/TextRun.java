package io.github.lrp4j.cli.explain;

import io.github.lrp4j.cli.console.Json;
import io.github.lrp4j.cli.console.OutputFolder;
import io.github.lrp4j.cli.console.Progress;
import io.github.lrp4j.cli.console.UserError;
import io.github.lrp4j.cli.ledger.LedgerDocument;
import io.github.lrp4j.cli.ledger.LedgerPicture;
import io.github.lrp4j.explain.Explainer;
import io.github.lrp4j.explain.Question;
import io.github.lrp4j.explain.TextExplanation;
import io.github.lrp4j.explain.TextInput;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** Explains texts: a few, each in a folder of its own, or many from a file of lines. */
final class TextRun {
    private static final String REPORT = "report.html";
    private static final String RELEVANCE = "relevance.json";
    private static final String EXPLANATIONS = "explanations.jsonl";
    private static final String SUMMARY = "summary.json";
    /** Batches that are read ahead, so that texts of similar length are computed together. */
    private static final int BATCHES_AHEAD = 8;
    /** A page of more texts than these is too much for a browser. */
    private static final int SECTIONS = 500;

    private final TextContext context;
    private final Explainer explainer;
    private final Question question;
    private final int top;
    private final Progress progress;

    TextRun(TextContext context, Explainer explainer, Question question, int top, Progress progress) {
        this.context = context;
        this.explainer = explainer;
        this.question = question;
        this.top = top;
        this.progress = progress;
    }

    /**
     * Explains one text into a folder.
     *
     * @param seen told the explanation and the files
     */
    void one(NamedText text, Path place, BiConsumer<TextExplanation, List<Path>> seen) {
        // Opened first: after minutes of work it would be a pity to learn that the result has no place.
        try (OutputFolder folder = OutputFolder.open(place)) {
            TextExplanation e = explained(explainer.watchedBy(ShownProgress.on(progress)), List.of(text.input()))
                    .getFirst();
            folder.add(RELEVANCE, Json.text(TextDocument.of(null, e)));
            folder.add(SUMMARY, Json.text(TextSummary.of(context, e)));
            e.ledger().ifPresent(ledger -> {
                folder.add("ledger.json", Json.text(LedgerDocument.of(ledger)));
                folder.add("ledger.png", LedgerPicture.png(ledger));
            });
            folder.add(REPORT, new TextReport(context).page(e, top));
            seen.accept(e, folder.publish());
        }
    }

    private List<TextExplanation> explained(Explainer by, List<TextInput> inputs) {
        try {
            return by.explainTexts(inputs, question);
        } catch (IllegalArgumentException e) {
            throw UserError.usage(e.getMessage());
        }
    }

    /**
     * Explains all texts of a file into a folder.
     *
     * @param batch how many texts are computed together; null for the usual number
     * @param done told how fast it was, and the files
     */
    void many(Path file, Integer batch, Path place, BiConsumer<String, List<Path>> done)
            throws IOException {
        long count = JsonLines.count(file);
        int ahead = BATCHES_AHEAD * (batch == null ? Explainer.USUAL_BATCH : batch);
        TextReport report = new TextReport(context);
        List<String> sections = new ArrayList<>();
        try (OutputFolder folder = OutputFolder.open(place);
                JsonLines lines = JsonLines.open(file);
                Throughput throughput = Throughput.begin(progress, "texts", count)) {
            folder.add(EXPLANATIONS, draft -> {
                try (BufferedWriter writer = Files.newBufferedWriter(draft)) {
                    inTurn(file, lines, ahead, explained -> {
                        for (int i = 0; i < explained.lines().size(); i++) {
                            TextExplanation e = explained.explanations().get(i);
                            writer.write(Json.line(TextDocument.of(explained.lines().get(i).id(), e)));
                            writer.newLine();
                            if (sections.size() < SECTIONS) {
                                sections.add(report.section(explained.lines().get(i).name(), e));
                            }
                        }
                        throughput.done(explained.lines().size());
                    });
                }
            });
            folder.add(SUMMARY, Json.text(TextSummary.of(context, count, throughput.seconds())));
            folder.add(REPORT, report.page(sections, count, throughput.summary()));
            done.accept(throughput.summary(), folder.publish());
        }
    }

    /** Some lines of the file and what came of them. */
    private record Explained(List<JsonLines.Line> lines, List<TextExplanation> explanations) {
    }

    /** Writes what was explained. */
    @FunctionalInterface
    private interface Sink {
        void accept(Explained explained) throws IOException;
    }

    private void inTurn(Path file, JsonLines lines, int ahead, Sink sink) throws IOException {
        List<JsonLines.Line> waiting = new ArrayList<>();
        for (JsonLines.Line line = lines.next(); line != null; line = lines.next()) {
            waiting.add(line);
            if (waiting.size() == ahead) {
                sink.accept(explained(file, waiting));
                waiting.clear();
            }
        }
        if (!waiting.isEmpty()) {
            sink.accept(explained(file, waiting));
        }
    }

    private Explained explained(Path file, List<JsonLines.Line> lines) {
        List<JsonLines.Line> copy = List.copyOf(lines);
        try {
            return new Explained(copy,
                    explainer.explainTexts(copy.stream().map(JsonLines.Line::input).toList(), question));
        } catch (IllegalArgumentException e) {
            throw UserError.input(file + ": lines " + copy.getFirst().line() + " to " + copy.getLast().line() + ": "
                    + e.getMessage(), e);
        }
    }
}
