package io.github.lrp4j.explain;

import static io.github.lrp4j.explain.Oracle.assertClose;
import static io.github.lrp4j.explain.Oracle.tokens;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.zoo.tokenizer.Encoding;
import io.github.lrp4j.zoo.tokenizer.JsonTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** How alike two texts are: the cosine by hand, and relevance that adds up to it. */
class SimilarityExplanationTest {
    private static final String QUERY = "Where do cats sleep?";
    private static final String TEXT = "Most cats like a warm place, and sleep for sixteen hours of the day.";

    @TempDir
    private Path directory;

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static int[] all(int count) {
        return IntStream.range(0, count).toArray();
    }

    /** {@code h_d q_d / (n |m| |q|)}. */
    private static double[] summands(double[] state, double[] query, double[] mean, int windows) {
        double norms = Math.sqrt(dot(query, query) * dot(mean, mean));
        double[] summands = new double[state.length];
        for (int d = 0; d < state.length; d++) {
            summands[d] = state[d] * query[d] / (windows * norms);
        }
        return summands;
    }

    @ParameterizedTest
    @EnumSource(names = {"BERT", "ROBERTA"})
    void relevanceAddsUpToTheCosine(TinyModel.Family family) throws IOException {
        Explainer explainer = TinyModel.of(family, TinyModel.ENCODER).open(directory);
        TextExplanation explanation = explainer.explain(QUERY, TEXT);
        JsonTokenizer tokenizer = JsonTokenizer.open(directory);
        double[] query = Oracle.run(explainer, tokenizer.encode(QUERY, true)).logits();
        Oracle.Run run = Oracle.run(explainer, tokenizer.encode(TEXT, true));
        double[] mean = run.logits();
        double cosine = dot(query, mean) / Math.sqrt(dot(query, query) * dot(mean, mean));

        assertThat(((Answer.Similarity) explanation.answer()).cosine()).isCloseTo(cosine, within(1e-9));
        assertThat(explanation.why().output()).isCloseTo(cosine, within(1e-9));
        assertThat(explanation.why().seed()).isCloseTo(cosine, within(1e-9));
        assertClose(tokens(explanation.why()), run.relevance(explainer, Oracle.cells(run.output(), all(mean.length),
                summands(mean, query, mean, 1))), 1e-9);
        assertThat(explanation.why().words().getFirst().words()).isEmpty();
        assertThat(explanation.why().words().getLast().words()).isNotEmpty();
        Oracle.assertConserved(explanation, explanation.parts());
    }

    @ParameterizedTest
    @CsvSource({"BERT, 9, 3", "ROBERTA, 12, 0"})
    void longTextsAreTheMeanOfTheirWindows(TinyModel.Family family, int window, int shared) throws IOException {
        Explainer explainer =
                TinyModel.of(family, TinyModel.ENCODER).open(directory).withWindows(window, shared).withBatch(2);
        JsonTokenizer tokenizer = JsonTokenizer.open(directory);
        Encoding whole = tokenizer.encode(TEXT, true);
        List<Oracle.Run> runs =
                whole.windows(window, shared).stream().map(part -> Oracle.run(explainer, part)).toList();
        double[] query = Oracle.run(explainer, tokenizer.encode("cats", true)).logits();
        double[] mean = new double[query.length];
        runs.forEach(run -> Arrays.setAll(mean, d -> mean[d] + run.logits()[d] / runs.size()));
        double cosine = dot(query, mean) / Math.sqrt(dot(query, query) * dot(mean, mean));

        TextExplanation explanation = explainer.explain("cats", TEXT);
        assertThat(explanation.windows()).isEqualTo(runs.size()).isGreaterThan(1);
        assertThat(((Answer.Similarity) explanation.answer()).cosine()).isCloseTo(cosine, within(1e-9));
        double sum = 0;
        for (Oracle.Run run : runs) {
            double[] seed = summands(run.logits(), query, mean, runs.size());
            sum += DoubleStream.of(
                    run.relevance(explainer, Oracle.cells(run.output(), all(mean.length), seed))).sum();
        }
        assertThat(explanation.why().sum()).isCloseTo(sum, within(1e-9));
        Oracle.assertConserved(explanation, explanation.parts());
    }
}
