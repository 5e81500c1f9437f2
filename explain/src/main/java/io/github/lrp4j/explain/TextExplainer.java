package io.github.lrp4j.explain;

import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Retain;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.tokenizer.Encoding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Explains texts that a model reads in rows of tokens.
 *
 * <p>Texts that fit into a row are computed in batches, of similar length together. A longer one is read window by window
 * first, without recording; then the windows in which relevance starts are recorded and explained, and what arrives at a
 * token in several windows is added up.
 */
final class TextExplainer {
    /** The most numbers that the seeds of one sweep hold. */
    private static final long LARGEST_SEEDS = 1L << 26;
    /** Characters of a text that a message quotes. */
    private static final int SHOWN = 40;

    /** A row of a batch: a window of a text. */
    private record Row(TextJob job, int window) {
    }

    private final TokenModel model;
    private final Settings settings;
    private final Propagator propagator;

    TextExplainer(TokenModel model, Settings settings, Propagator propagator) {
        this.model = model;
        this.settings = settings;
        this.propagator = propagator;
    }

    /** What the model gives for these rows, nothing recorded: a tensor per row. */
    List<Tensor> outputs(List<Encoding> rows) {
        List<Tensor> outputs = new ArrayList<>();
        for (int from = 0; from < rows.size(); from += settings.batch()) {
            List<Encoding> batch = rows.subList(from, Math.min(rows.size(), from + settings.batch()));
            Tensor output = propagator.told("forward", 0,
                    () -> model.forward(new Tape(settings.kernels(), Retain.NOTHING), batch).output().tensor());
            IntStream.range(0, batch.size()).forEach(n -> outputs.add(output.select(0, n)));
        }
        return outputs;
    }

    /**
     * Explains texts.
     *
     * @param reader reads the model's answers
     * @param encoding seconds that splitting the texts into tokens took
     */
    List<TextExplanation> explain(List<TextJob> jobs, Reader reader, double encoding) {
        Map<TextJob, TextExplanation> explained = new HashMap<>();
        List<TextJob> single = jobs.stream().filter(job -> job.windows().size() == 1)
                .sorted(Comparator.comparingInt(job -> job.whole().length())).toList();
        for (int from = 0; from < single.size(); from += settings.batch()) {
            List<TextJob> batch = single.subList(from, Math.min(single.size(), from + settings.batch()));
            together(batch, reader, encoding / jobs.size()).forEach(explained::put);
        }
        for (TextJob job : jobs) {
            if (job.windows().size() > 1) {
                explained.put(job, alone(job, reader, encoding / jobs.size()));
            }
        }
        return jobs.stream().map(explained::get).toList();
    }

    private Map<TextJob, TextExplanation> together(List<TextJob> jobs, Reader reader, double encoding) {
        List<Row> rows = jobs.stream().map(job -> new Row(job, 0)).toList();
        long start = System.nanoTime();
        TokenModel.Forward forward = recorded(rows);
        for (int n = 0; n < jobs.size(); n++) {
            read(reader, jobs.get(n), List.of(forward.output().tensor().select(0, n)));
        }
        long read = System.nanoTime();
        RunBooks books = new RunBooks();
        propagate(rows, forward, books);
        Timings measured = Timings.between(start, start, read, System.nanoTime());
        Timings timings = new Timings(encoding * jobs.size(), measured.forward(), measured.relevance());
        Map<TextJob, TextExplanation> explained = new HashMap<>();
        jobs.forEach(job -> explained.put(job, explanation(job, books, jobs.size() == 1, timings)));
        return explained;
    }

    private TextExplanation alone(TextJob job, Reader reader, double encoding) {
        long start = System.nanoTime();
        read(reader, job, outputs(job.windows()));
        long read = System.nanoTime();
        RunBooks books = new RunBooks();
        List<Row> rows = IntStream.range(0, job.windows().size())
                .filter(w -> job.reading().aims().stream()
                        .anyMatch(aim -> aim.cells().stream().anyMatch(cell -> cell.window() == w)))
                .mapToObj(w -> new Row(job, w)).toList();
        for (int from = 0; from < rows.size(); from += settings.batch()) {
            List<Row> batch = rows.subList(from, Math.min(rows.size(), from + settings.batch()));
            propagate(batch, recorded(batch), books);
        }
        Timings measured = Timings.between(start, start, read, System.nanoTime());
        return explanation(job, books, rows.size() <= settings.batch(),
                new Timings(encoding, measured.forward(), measured.relevance()));
    }

    /** What the model said of a text; one of many that cannot be read is named by how it begins. */
    private static void read(Reader reader, TextJob job, List<Tensor> outputs) {
        try {
            job.said(reader.read(new Reader.Sight(job.input(), job.whole(), job.windows(), job.numbers(), outputs)));
        } catch (IllegalArgumentException e) {
            String text = job.input().texts().getLast();
            String shown = text.codePointCount(0, text.length()) > SHOWN
                    ? text.substring(0, text.offsetByCodePoints(0, SHOWN)) + "..."
                    : text;
            throw new IllegalArgumentException(
                    e.getMessage() + "; the text is \"" + shown.replaceAll("\\p{C}", " ") + "\"", e);
        }
    }

    private TokenModel.Forward recorded(List<Row> rows) {
        return propagator.told("forward", 0, () -> model.forward(new Tape(settings.kernels()),
                rows.stream().map(row -> row.job().windows().get(row.window())).toList()));
    }

    private static TextExplanation explanation(TextJob job, RunBooks books, boolean ownLedger, Timings timings) {
        return new TextExplanation(job.input(), job.whole(), job.windows().size(), job.reading().answer(), job.parts(),
                books.totals(), ownLedger ? books.first() : Optional.empty(), books.warning(), books.plan(), timings);
    }

    /** Explains all aims of the rows' texts, several at a time. */
    private void propagate(List<Row> rows, TokenModel.Forward forward, RunBooks books) {
        int aims = rows.stream().mapToInt(row -> row.job().reading().aims().size()).max().orElse(0);
        long cells = forward.output().tensor().elements();
        int lanes = (int) Math.clamp(LARGEST_SEEDS / Math.max(1, cells), 1, Propagator.MOST_LANES);
        Value[] asked = forward.words().stream().map(TokenModel.Words::value).toArray(Value[]::new);
        for (int from = 0; from < aims; from += lanes) {
            int first = from;
            List<Seed> seeds = IntStream.range(from, Math.min(aims, from + lanes))
                    .mapToObj(aim -> seed(rows, aim, forward.output().tensor())).toList();
            Propagator.Outcome outcome = propagator.explain(forward.output(), seeds, asked);
            books.warn(outcome.warning());
            for (int k = 0; k < seeds.size(); k++) {
                double words = 0;
                for (TokenModel.Words looked : forward.words()) {
                    Tensor relevance = propagator.of(outcome.relevances().get(k), looked.value());
                    words += arrive(rows, first + k, looked.shift(), relevance);
                }
                books.add(outcome.relevances().get(k), words);
            }
        }
        Graph.of(forward.output()).free();
    }

    private static Seed seed(List<Row> rows, int aim, Tensor output) {
        double[] start = new double[Math.toIntExact(output.elements())];
        int size = start.length / rows.size();
        for (int n = 0; n < rows.size(); n++) {
            List<Reader.Aim> aims = rows.get(n).job().reading().aims();
            if (aim < aims.size()) {
                for (Reader.Cell cell : aims.get(aim).cells()) {
                    if (cell.window() == rows.get(n).window()) {
                        start[n * size + cell.at()] += cell.amount();
                    }
                }
            }
        }
        return Seed.of(Tensor.of(start, output.dtype(), output.shape()));
    }

    /** Hands relevance {@code [N, T, D]} of looked-up vectors to the tokens of the texts; how much they got. */
    private static double arrive(List<Row> rows, int aim, int shift, Tensor relevance) {
        int length = relevance.size(1);
        double[] sums = Propagator.perToken(relevance);
        double all = 0;
        for (int n = 0; n < rows.size(); n++) {
            TextJob job = rows.get(n).job();
            int tokens = job.windows().get(rows.get(n).window()).length();
            // Other places hold padding, or what a decoder reads before the text.
            for (int t = shift; t < Math.min(length, tokens + shift); t++) {
                all += sums[n * length + t];
                if (aim < job.reading().aims().size()) {
                    job.arrives(aim, rows.get(n).window(), t - shift, sums[n * length + t]);
                }
            }
        }
        return all;
    }
}
