package io.github.lrp4j.explain;

import static io.github.lrp4j.explain.Oracle.assertClose;
import static io.github.lrp4j.explain.Oracle.tokens;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.zoo.tokenizer.Encoding;
import io.github.lrp4j.zoo.tokenizer.JsonTokenizer;
import io.github.lrp4j.zoo.tokenizer.Token;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Many texts together, and one text in parts. */
class BatchesAndWindowsTest {
    private static final List<String> TEXTS = List.of(
            "A quiet film.", "",
            "Nothing in it is new, and nothing in it is dull, and that is a rare thing to say of a film.",
            "No.", "The end is the best part of it.", "It begins well, goes on for three hours, and never ends.",
            "Yes!");
    private static final String LONG = "The first part is slow. The second part is slower. Then, at the very end, there"
            + " is a scene which alone is worth the hours before it, and nobody in the house said a word.";

    @TempDir
    private Path directory;

    private static void assertSame(TextExplanation got, TextExplanation want) {
        assertThat(got.input()).isEqualTo(want.input());
        assertThat(got.encoding()).isEqualTo(want.encoding());
        assertThat(got.answer().text()).isEqualTo(want.answer().text());
        assertThat(got.parts()).hasSameSizeAs(want.parts());
        for (int k = 0; k < want.parts().size(); k++) {
            assertThat(got.parts().get(k).subject()).isEqualTo(want.parts().get(k).subject());
            assertThat(got.parts().get(k).output()).isCloseTo(want.parts().get(k).output(), within(1e-6));
            assertThat(got.parts().get(k).seed()).isEqualTo(want.parts().get(k).seed());
            assertClose(tokens(got.parts().get(k)), tokens(want.parts().get(k)), 1e-5);
        }
    }

    @ParameterizedTest
    @CsvSource({"BERT, ForSequenceClassification, 3", "ROBERTA, ForSequenceClassification, 8",
        "BERT, ForTokenClassification, 2", "ROBERTA, ForTokenClassification, 7"})
    void batchesGiveWhatSingleTextsGive(TinyModel.Family family, String task, int batch) throws IOException {
        Explainer explainer = TinyModel.of(family, task).open(directory);
        List<TextInput> inputs = new ArrayList<>(TEXTS.stream().map(TextInput::text).toList());
        inputs.add(inputs.get(2));
        Collections.shuffle(inputs, new Random(3));
        List<TextExplanation> together = explainer.withBatch(batch).explainTexts(inputs, Question.top1());
        assertThat(together).hasSameSizeAs(inputs);
        for (int n = 0; n < inputs.size(); n++) {
            assertSame(together.get(n), explainer.withBatch(1).explain(inputs.get(n)));
            Oracle.assertConserved(together.get(n));
        }
        assertThat(explainer.explainTexts(List.of(), Question.top1())).isEmpty();
    }

    /** Short ones, long ones in windows, and a batch that is not full. */
    @ParameterizedTest
    @CsvSource({"BERT", "T5"})
    void questionsOfAnyLengthTogether(TinyModel.Family family) throws IOException {
        Explainer explainer = TinyModel.of(family, TinyModel.ANSWERER).open(directory).withWindows(40, 5);
        List<TextInput> inputs = List.of(TextInput.question("What is slow?", LONG),
                TextInput.question("What?", "A part."), TextInput.question("What is the end?", "The end is a scene."),
                TextInput.question("Who said a word?", LONG));
        List<TextExplanation> together = explainer.withBatch(3).explainTexts(inputs, Question.top1());
        assertThat(together).extracting(explanation -> explanation.windows() > 1).contains(true, false);
        for (int n = 0; n < inputs.size(); n++) {
            assertSame(together.get(n), explainer.withBatch(1).explain(inputs.get(n)));
        }
    }

    /** The output is the mean over the windows, the relevance of a token the sum. */
    @ParameterizedTest
    @CsvSource({"BERT, 16, 0, 1", "BERT, 20, 7, 2", "ROBERTA, 24, 11, 8", "ROBERTA, 10, 7, 3"})
    void windowsOfAText(TinyModel.Family family, int window, int shared, int batch) throws IOException {
        Explainer explainer = TinyModel.of(family, TinyModel.CLASSIFIER).withLongest(200).open(directory)
                .withWindows(window, shared).withBatch(batch);
        Encoding whole = JsonTokenizer.open(directory).encode(LONG, true);
        List<Encoding> windows = whole.windows(window, shared);
        List<Oracle.Run> runs = windows.stream().map(part -> Oracle.run(explainer, part)).toList();
        double[] mean = new double[3];
        for (Oracle.Run run : runs) {
            for (int c = 0; c < mean.length; c++) {
                mean[c] += run.logits()[c] / runs.size();
            }
        }
        TextExplanation explanation =
                explainer.explainTexts(List.of(TextInput.text(LONG)), Question.top(3)).getFirst();
        assertThat(explanation.windows()).isEqualTo(windows.size()).isGreaterThan(2);
        assertThat(explanation.encoding()).isEqualTo(whole);
        for (int k = 0; k < 3; k++) {
            Prediction said = ((Answer.Classes) explanation.answer()).ranking().get(k);
            assertThat(said.logit()).isCloseTo(mean[said.index()], within(1e-9));
            assertThat(explanation.parts().get(k).output()).isCloseTo(mean[said.index()], within(1e-9));
            Map<Token, Double> sums = new IdentityHashMap<>();
            for (int w = 0; w < runs.size(); w++) {
                double[] relevance =
                        runs.get(w).relevance(explainer, Seed.target(said.index()).times(1.0 / runs.size()));
                for (int t = 0; t < relevance.length; t++) {
                    sums.merge(windows.get(w).tokens().get(t), relevance[t], Double::sum);
                }
            }
            double[] want = whole.tokens().stream().mapToDouble(sums::get).toArray();
            assertClose(tokens(explanation.parts().get(k)), want, 1e-8);
            assertThat(explanation.parts().get(k).seed()).isCloseTo(1, within(1e-9));
        }
        Oracle.assertConserved(explanation, explanation.parts());
    }

    @Test
    void aTextThatJustFitsIsReadAtOnce() throws IOException {
        Explainer open = TinyModel.of(TinyModel.Family.BERT, TinyModel.CLASSIFIER).withLongest(30).open(directory);
        JsonTokenizer tokenizer = JsonTokenizer.open(directory);
        String text = "a";
        while (tokenizer.encode(text, true).length() < 30) {
            text += " a";
        }
        assertThat(open.explain(text).windows()).isEqualTo(1);
        TextExplanation longer = open.explain(text + " a");
        assertThat(longer.windows()).isEqualTo(2);
        assertSame(open.withWindows(30, 4).explain(text), open.explain(text));
        // More than the model can read is not to be had.
        assertSame(open.withWindows(1000, 7).explain(text + " a"), longer);
        assertThat(open.withWindows(12, 3).explain(text).windows()).isGreaterThan(2);
    }
}
