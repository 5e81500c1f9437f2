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
import io.github.lrp4j.zoo.text.T5Generator;
import io.github.lrp4j.zoo.text.TokenBatch;
import io.github.lrp4j.zoo.tokenizer.JsonTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a T5 writes, token by token, each by a forward pass over everything before it. */
class WritingExplanationTest {
    private static final String TEXT = "translate: The house is small and stands by the sea.";

    @TempDir
    private Path directory;
    private Explainer explainer;
    private T5 model;

    @BeforeEach
    void open() throws IOException {
        explainer = TinyModel.of(TinyModel.Family.T5, TinyModel.WRITER).open(directory);
        model = ((PublishedModel.EncoderDecoder) explainer.model()).model();
    }

    private T5.Run run(TokenBatch text, List<Integer> before) {
        long[] read = new long[before.size() + 1];
        read[0] = model.config().start();
        for (int i = 0; i < before.size(); i++) {
            read[i + 1] = before.get(i);
        }
        return model.forward(new Tape(explainer.kernels()), text, TokenBatch.of(read), Pass.evaluation());
    }

    /** The likeliest token at every step, nothing kept from one step to the next. */
    private List<Integer> greedy(TokenBatch text, int most) {
        List<Integer> written = new ArrayList<>();
        while (written.size() < most && (written.isEmpty() || written.getLast() != model.config().end())) {
            double[] logits =
                    run(text, written).logits().tensor().select(0, 0).select(0, written.size()).toDoubleArray();
            int best = 0;
            for (int v = 1; v < logits.length; v++) {
                best = logits[v] > logits[best] ? v : best;
            }
            written.add(best);
        }
        return written;
    }

    /** Every token's relevance from the run that ends with it. */
    private void assertExplains(TextExplanation explanation, TokenBatch text, List<Integer> written) {
        assertThat(explanation.parts()).hasSize(written.size() + 1);
        double[] fromText = new double[text.length()];
        double[] fromAnswer = new double[written.size()];
        double outputs = 0;
        for (int t = 0; t < written.size(); t++) {
            T5.Run run = run(text, written.subList(0, t));
            int vocabulary = run.logits().shape().size(2);
            Relevance relevance = Lrp.with(explainer.rules()).explain(run.logits(),
                    Oracle.cells(run.logits(), new int[] {t * vocabulary + written.get(t)}, 1), run.text(),
                    run.answer());
            TextPart part = explanation.parts().get(t + 1);
            assertClose(tokens(part), Oracle.perToken(relevance.of(run.text())), 1e-6);
            double[] before = Arrays.copyOf(Oracle.perToken(relevance.of(run.answer())), written.size());
            assertClose(part.written().stream().mapToDouble(r -> r).toArray(), before, 1e-6);
            double logit = run.logits().tensor().at(0, t, written.get(t));
            assertThat(part.output()).isCloseTo(logit, within(1e-6));
            assertThat(part.seed()).isEqualTo(1);
            outputs += logit;
            for (int i = 0; i < fromText.length; i++) {
                fromText[i] += part.tokens().get(i);
            }
            for (int i = 0; i < before.length; i++) {
                fromAnswer[i] += part.written().get(i);
            }
        }
        // The whole is the sum of its tokens.
        assertThat(explanation.why().output()).isCloseTo(outputs, within(1e-6));
        assertThat(explanation.why().seed()).isEqualTo(written.size());
        assertClose(tokens(explanation.why()), fromText, 1e-9);
        assertClose(explanation.why().written().stream().mapToDouble(r -> r).toArray(), fromAnswer, 1e-9);
        Oracle.assertConserved(explanation, List.of(explanation.why()));
        Oracle.assertConserved(explanation, explanation.parts().subList(1, explanation.parts().size()));
    }

    /** More tokens than lanes of a sweep, and fewer, and one. */
    @ParameterizedTest
    @CsvSource({"1", "5", "11"})
    void greedyAnswers(int most) throws IOException {
        TextExplanation explanation = explainer.withAnswers(most, 1).explain(TEXT);
        TokenBatch text = Oracle.batch(explanation.encoding());
        List<Integer> written = greedy(text, most);
        Answer.Generated answer = (Answer.Generated) explanation.answer();
        assertThat(answer.tokens()).hasSize(written.size());
        int[] ids = written.stream().mapToInt(id -> id).toArray();
        assertThat(answer.text()).isEqualTo(JsonTokenizer.open(directory).decode(ids, true));
        assertThat(explanation.why().subject()).isEqualTo(answer.text());
        assertExplains(explanation, text, written);
        double logs = 0;
        for (int t = 0; t < written.size(); t++) {
            double[] logits =
                    run(text, written.subList(0, t)).logits().tensor().select(0, 0).select(0, t).toDoubleArray();
            logs += logits[written.get(t)] - Math.log(Arrays.stream(logits).map(Math::exp).sum());
        }
        assertThat(answer.score()).isCloseTo(logs / written.size(), within(1e-6));
        assertThat(explanation.ledger().isPresent()).isEqualTo(written.size() == 1);
    }

    @Test
    void beams() {
        TextExplanation explanation = explainer.withAnswers(5, 3).explain(TEXT);
        TokenBatch text = Oracle.batch(explanation.encoding());
        List<Integer> written = new T5Generator(model, explainer.kernels()).beams(text, 5, 3, 1).getFirst().tokens();
        assertExplains(explanation, text, written);
        double greedy = ((Answer.Generated) explainer.withAnswers(5, 1).explain(TEXT).answer()).score();
        assertThat(((Answer.Generated) explanation.answer()).score()).isGreaterThanOrEqualTo(greedy - 1e-9);
    }

    @Test
    void aQuestionIsPutAsT5WasTrained() {
        TextExplanation asked = explainer.withAnswers(2, 1).explain("Who?", "Ada wrote it.");
        TextExplanation said = explainer.withAnswers(2, 1).explain("question: Who? context: Ada wrote it.");
        assertThat(asked.input().texts()).containsExactly("question: Who? context: Ada wrote it.");
        assertThat(asked.parts()).isEqualTo(said.parts());
        assertThat(asked.answer()).isEqualTo(said.answer());
    }

    @Test
    void severalTextsEachGetTheirOwn() {
        Explainer brief = explainer.withAnswers(3, 1);
        List<TextExplanation> both = brief.explainTexts(
                List.of(TextInput.text("One."), TextInput.text("Two or three.")), Question.top1());
        assertThat(both.get(0).parts()).isEqualTo(brief.explain("One.").parts());
        assertThat(both.get(1).parts()).isEqualTo(brief.explain("Two or three.").parts());
    }
}
