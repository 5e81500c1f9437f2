package io.github.lrp4j.explain;

import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.explain.Propagator.Outcome;
import io.github.lrp4j.lrp.Relevance;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.zoo.layer.Pass;
import io.github.lrp4j.zoo.text.T5;
import io.github.lrp4j.zoo.text.T5Generator;
import io.github.lrp4j.zoo.text.TokenBatch;
import io.github.lrp4j.zoo.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Explains what a T5 writes: every token of it, by the text and by the tokens written before. That of the whole answer is
 * the sum over its tokens.
 */
final class WritingExplainer {
    private final T5 model;
    private final Tokenizer tokenizer;
    private final Settings settings;
    private final Propagator propagator;

    WritingExplainer(T5 model, Tokenizer tokenizer, Settings settings, Propagator propagator) {
        this.model = model;
        this.tokenizer = tokenizer;
        this.settings = settings;
        this.propagator = propagator;
    }

    /**
     * Writes an answer and explains it.
     *
     * @param encoding seconds that splitting the text into tokens took
     */
    TextExplanation explain(TextJob job, double encoding) {
        long start = System.nanoTime();
        TokenBatch text = TokenModel.batch(job.windows(), model.config().padding(), false);
        T5Generator.Answer answer = written(text);
        List<Integer> ids = answer.tokens();
        long[] before = new long[ids.size()];
        Arrays.setAll(before, t -> t == 0 ? model.config().start() : ids.get(t - 1));
        T5.Run run = propagator.told("forward", 0,
                () -> model.forward(new Tape(settings.kernels()), text, TokenBatch.of(before), Pass.evaluation()));

        long read = System.nanoTime();
        double[][] fromText = new double[ids.size()][];
        double[][] fromAnswer = new double[ids.size()][];
        List<Double> outputs = new ArrayList<>();
        RunBooks books = new RunBooks();
        for (int from = 0; from < ids.size(); from += Propagator.MOST_LANES) {
            List<Seed> seeds = IntStream.range(from, Math.min(ids.size(), from + Propagator.MOST_LANES))
                    .mapToObj(t -> Seed.target(ids.get(t)).atPosition(t)).toList();
            Outcome outcome = propagator.explain(run.logits(), seeds, run.text(), run.answer());
            books.warn(outcome.warning());
            for (int k = 0; k < seeds.size(); k++) {
                Relevance relevance = outcome.relevances().get(k);
                fromText[from + k] = Propagator.perToken(propagator.of(relevance, run.text()));
                fromAnswer[from + k] = Propagator.perToken(propagator.of(relevance, run.answer()));
                books.add(relevance,
                        Arrays.stream(fromText[from + k]).sum() + Arrays.stream(fromAnswer[from + k]).sum());
                outputs.add(run.logits().tensor().select(0, 0).select(0, from + k).toDoubleArray()[ids.get(from + k)]);
            }
        }
        Graph.of(run.logits()).free();
        List<String> pieces = ids.stream().map(id -> tokenizer.decode(new int[] {id}, false)).toList();
        List<TextPart> parts = new ArrayList<>();
        String whole = tokenizer.decode(ids.stream().mapToInt(Integer::intValue).toArray(), true);
        parts.add(job.part(whole, outputs.stream().mapToDouble(Double::doubleValue).sum(), ids.size(), sum(fromText),
                Arrays.stream(sum(fromAnswer)).boxed().toList()));
        for (int t = 0; t < ids.size(); t++) {
            parts.add(job.part(pieces.get(t), outputs.get(t), 1, fromText[t],
                    Arrays.stream(fromAnswer[t]).boxed().toList()));
        }
        Timings measured = Timings.between(start, start, read, System.nanoTime());
        return new TextExplanation(job.input(), job.whole(), 1,
                new Answer.Generated(whole, pieces, answer.score()), parts, books.totals(),
                ids.size() == 1 ? books.first() : Optional.empty(), books.warning(), books.plan(),
                new Timings(encoding, measured.forward(), measured.relevance()));
    }

    private T5Generator.Answer written(TokenBatch text) {
        T5Generator generator = new T5Generator(model, settings.kernels());
        int most = settings.answerTokens();
        if (settings.beams() > 1) {
            return propagator.told("answer", 0, () -> generator.beams(text, most, settings.beams(), 1).getFirst());
        }
        return propagator.told("answer", most,
                () -> generator.greedy(text, most, true, logits -> settings.listener().step()));
    }

    private static double[] sum(double[][] rows) {
        double[] sum = new double[rows[0].length];
        for (double[] row : rows) {
            Arrays.setAll(sum, i -> sum[i] + row[i]);
        }
        return sum;
    }
}
