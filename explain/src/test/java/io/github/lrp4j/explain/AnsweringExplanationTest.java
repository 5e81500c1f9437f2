package io.github.lrp4j.explain;

import static io.github.lrp4j.explain.Oracle.assertClose;
import static io.github.lrp4j.explain.Oracle.tokens;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.Relevance;
import io.github.lrp4j.zoo.layer.Pass;
import io.github.lrp4j.zoo.published.PublishedModel;
import io.github.lrp4j.zoo.text.T5;
import io.github.lrp4j.zoo.tokenizer.Encoding;
import io.github.lrp4j.zoo.tokenizer.Token;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Passages that answer questions: all spans tried, and relevance of the two logits by hand. */
class AnsweringExplanationTest {
    private static final int LONGEST = 30;
    private static final String QUESTION = "Who wrote the first program?";
    private static final String CONTEXT =
            "Ada Lovelace wrote it in 1843, a hundred years before there was any machine.";

    /** A span of tokens of one window. */
    record Best(int window, int start, int end, double score) {
    }

    @TempDir
    private Path directory;

    private static boolean isContext(Encoding window, int t) {
        Token token = window.tokens().get(t);
        return token.sequence() == 1 && !window.textOf(token).isBlank();
    }

    /** The best of all spans, each window's logits {@code [T, 2]} given row by row. */
    static Best best(List<Encoding> windows, List<double[]> logits) {
        Best best = null;
        for (int w = 0; w < windows.size(); w++) {
            for (int s = 0; s < windows.get(w).length(); s++) {
                for (int e = s; e < windows.get(w).length(); e++) {
                    double score = logits.get(w)[2 * s] + logits.get(w)[2 * e + 1];
                    if (e - s < LONGEST && isContext(windows.get(w), s) && isContext(windows.get(w), e)
                            && (best == null || score > best.score())) {
                        best = new Best(w, s, e, score);
                    }
                }
            }
        }
        return best;
    }

    private static double probability(Encoding window, double[] logits, Best best) {
        double starts = 0;
        double ends = 0;
        for (int t = 0; t < window.length(); t++) {
            if (t == 0 || isContext(window, t)) {
                starts += Math.exp(logits[2 * t]);
                ends += Math.exp(logits[2 * t + 1]);
            }
        }
        return Math.exp(logits[2 * best.start()]) / starts * Math.exp(logits[2 * best.end() + 1]) / ends;
    }

    static void assertIsAnswer(TextExplanation explanation, Encoding window, Best best) {
        Answer.Passage passage = (Answer.Passage) explanation.answer();
        assertThat(passage.score()).isCloseTo(best.score(), within(1e-9));
        String text = explanation.input().second().orElseThrow();
        String want = text.substring(window.tokens().get(best.start()).span().start(),
                window.tokens().get(best.end()).span().end()).strip();
        assertThat(passage.text()).isEqualTo(want).isEqualTo(passage.place().of(text)).isNotBlank();
        TextPart why = explanation.why();
        assertThat(explanation.parts()).hasSize(1);
        assertThat(why.subject()).isEqualTo(passage.text());
        assertThat(why.output()).isEqualTo(passage.score());
        assertThat(why.seed()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"BERT, 1", "BERT, 2", "BERT, 3", "ROBERTA, 1", "ROBERTA, 2", "ROBERTA, 3"})
    void theBestOfAllSpans(TinyModel.Family family, long seed) throws IOException {
        Explainer explainer = TinyModel.of(family, TinyModel.ANSWERER).withSeed(seed).open(directory);
        TextExplanation explanation = explainer.explain(QUESTION, CONTEXT);
        Encoding encoding = explanation.encoding();
        Oracle.Run run = Oracle.run(explainer, encoding);
        Best best = best(List.of(encoding), List.of(run.logits()));

        assertIsAnswer(explanation, encoding, best);
        Answer.Passage passage = (Answer.Passage) explanation.answer();
        assertThat(passage.probability()).isCloseTo(probability(encoding, run.logits(), best), within(1e-9));
        assertThat(passage.noAnswer()).isCloseTo(run.logits()[0] + run.logits()[1], within(1e-9));
        assertClose(tokens(explanation.why()), run.relevance(explainer, Oracle.cells(run.output(),
                new int[] {2 * best.start(), 2 * best.end() + 1}, 1, 1)), 1e-9);
        assertThat(explanation.why().words()).hasSize(2);
        Oracle.assertConserved(explanation, explanation.parts());
    }

    @ParameterizedTest
    @CsvSource({"BERT, 6, 0", "BERT, 8, 3", "ROBERTA, 9, 4", "ROBERTA, 12, 11", "BERT, 5, 1"})
    void answersAreFoundInAnyWindow(TinyModel.Family family, int room, int shared) throws IOException {
        String context = CONTEXT + " " + "It was about numbers of Bernoulli, and was printed as a note.";
        Explainer whole = TinyModel.of(family, TinyModel.ANSWERER).withLongest(200).open(directory);
        Encoding encoding = whole.explain(QUESTION, context).encoding();
        int rest = (int) encoding.tokens().stream().filter(token -> token.sequence() != 1).count();
        Explainer explainer = whole.withWindows(rest + room, shared).withBatch(3);
        List<Encoding> windows = encoding.windows(rest + room, shared);
        List<Oracle.Run> runs = windows.stream().map(window -> Oracle.run(explainer, window)).toList();
        Best best = best(windows, runs.stream().map(Oracle.Run::logits).toList());

        TextExplanation explanation = explainer.explain(QUESTION, context);
        assertThat(explanation.windows()).isEqualTo(windows.size()).isGreaterThan(2);
        assertIsAnswer(explanation, windows.get(best.window()), best);
        double none = runs.stream().mapToDouble(run -> run.logits()[0] + run.logits()[1]).min().orElseThrow();
        assertThat(((Answer.Passage) explanation.answer()).noAnswer()).isCloseTo(none, within(1e-9));

        // Relevance comes from the window of the answer alone, at the tokens that this window has.
        Oracle.Run run = runs.get(best.window());
        double[] inWindow = run.relevance(explainer, Oracle.cells(run.output(),
                new int[] {2 * best.start(), 2 * best.end() + 1}, 1, 1));
        assertClose(tokens(explanation.why()), byIdentity(encoding, windows.get(best.window()), inWindow), 1e-8);
        Oracle.assertConserved(explanation, explanation.parts());
    }

    private static double[] byIdentity(Encoding whole, Encoding window, double[] relevance) {
        double[] all = new double[whole.length()];
        for (int t = 0; t < relevance.length; t++) {
            Token token = window.tokens().get(t);
            int at = IntStream.range(0, whole.length()).filter(i -> whole.tokens().get(i) == token).findFirst()
                    .orElseThrow();
            all[at] += relevance[t];
        }
        return all;
    }

    /** The decoder of a T5 reads the text once more: both ways count. */
    @Test
    void aT5ReadsTheTextTwice() throws IOException {
        Explainer explainer = TinyModel.of(TinyModel.Family.T5, TinyModel.ANSWERER).open(directory);
        TextExplanation explanation = explainer.explain(QUESTION, CONTEXT);
        Encoding encoding = explanation.encoding();
        T5 model = ((PublishedModel.EncoderDecoder) explainer.model()).model();
        T5.Run run = model.forward(new Tape(explainer.kernels()), Oracle.batch(encoding), Pass.evaluation());
        Best best = best(List.of(encoding), List.of(run.logits().tensor().toDoubleArray()));
        assertIsAnswer(explanation, encoding, best);

        Relevance relevance = Lrp.with(explainer.rules()).explain(run.logits(), Oracle.cells(run.logits(),
                new int[] {2 * best.start(), 2 * best.end() + 1}, 1, 1), run.text(), run.answer());
        double[] want = Oracle.perToken(relevance.of(run.text()));
        double[] second = Oracle.perToken(relevance.of(run.answer()));
        for (int t = 1; t < second.length; t++) {
            want[t - 1] += second[t];
        }
        assertClose(tokens(explanation.why()), want, 1e-9);
        Oracle.assertConserved(explanation);
        // The decoder's first token stands for no text: what it takes is in the books, with other parameters.
        assertThat(explanation.conservation().inputs()).isCloseTo(explanation.why().sum(), within(1e-9));
        assertThat(Math.abs(second[0])).isPositive();
    }
}
