package io.github.lrp4j.explain;

import static io.github.lrp4j.explain.Oracle.assertClose;
import static io.github.lrp4j.explain.Oracle.tokens;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.explain.Question.Against;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.tensor.DType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Classes of texts against Bert, BertHead and Lrp by hand. */
class ClassificationExplanationTest {
    private static final String TEXT = "The plot is thin, yet every scene of it is a joy to watch.";

    @TempDir
    private Path directory;

    private static Answer.Classes classes(TextExplanation explanation) {
        return (Answer.Classes) explanation.answer();
    }

    @ParameterizedTest
    @EnumSource(names = {"BERT", "ROBERTA"})
    void theLikeliestClass(TinyModel.Family family) throws IOException {
        Explainer explainer = TinyModel.of(family, TinyModel.CLASSIFIER).open(directory);
        TextExplanation explanation = explainer.explain(TEXT);
        Oracle.Run run = Oracle.run(explainer, explanation.encoding());
        double[] logits = run.logits();
        int best = 0;
        double total = 0;
        for (int c = 0; c < logits.length; c++) {
            best = logits[c] > logits[best] ? c : best;
            total += Math.exp(logits[c]);
        }
        assertThat(classes(explanation).ranking()).hasSize(3).isSortedAccordingTo(
                (a, b) -> Double.compare(b.logit(), a.logit()));
        Prediction said = classes(explanation).ranking().getFirst();
        assertThat(said.index()).isEqualTo(best);
        assertThat(said.label()).isEqualTo(List.of("no", "perhaps", "yes").get(best));
        assertThat(said.probability()).isCloseTo(Math.exp(logits[best]) / total, within(1e-9));
        assertThat(explanation.answer().text()).isEqualTo(said.label());

        TextPart why = explanation.why();
        assertThat(explanation.parts()).hasSize(1);
        assertThat(why.subject()).isEqualTo(said.label());
        assertThat(why.output()).isCloseTo(logits[best], within(1e-9));
        assertThat(why.seed()).isEqualTo(1);
        assertClose(tokens(why), run.relevance(explainer, Seed.target(best)), 1e-9);
        assertThat(why.words()).hasSize(1);
        assertThat(why.written()).isEmpty();
        Oracle.assertConserved(explanation, explanation.parts());
        assertThat(explanation.warning()).isEmpty();
        assertThat(explanation.windows()).isEqualTo(1);
        assertThat(explanation.ledger()).isPresent();
        assertThat(explanation.plan()).isPresent();
    }

    @ParameterizedTest
    @EnumSource(names = {"BERT", "ROBERTA"})
    void twoTextsAreReadAsAPair(TinyModel.Family family) throws IOException {
        Explainer explainer = TinyModel.of(family, TinyModel.CLASSIFIER).open(directory);
        TextExplanation explanation = explainer.explain("A man sleeps.", "Nobody is awake in the house.");
        Oracle.Run run = Oracle.run(explainer, explanation.encoding());
        assertThat(explanation.encoding().texts()).containsExactly("A man sleeps.", "Nobody is awake in the house.");
        assertClose(tokens(explanation.why()), run.relevance(explainer, Seed.top1()), 1e-9);

        // Words of both texts and what is neither: nothing counts twice, nothing is left out.
        double sum = explanation.why().sum();
        for (var text : explanation.why().words()) {
            double own = text.words().stream().mapToDouble(w -> w.relevance()).sum();
            assertThat(own + text.elsewhere()).isCloseTo(sum, within(1e-9 * Math.max(1, Math.abs(sum))));
        }
        assertThat(explanation.why().words().getFirst().words()).extracting(w -> w.word())
                .first().asString().isEqualToIgnoringCase("A");
        Oracle.assertConserved(explanation, explanation.parts());
    }

    @Test
    void everyClassMayBeInQuestion() throws IOException {
        Explainer explainer = TinyModel.of(TinyModel.Family.BERT, TinyModel.CLASSIFIER).open(directory);
        TextExplanation top = explainer.explainTexts(List.of(TextInput.text(TEXT)), Question.top(2)).getFirst();
        Oracle.Run run = Oracle.run(explainer, top.encoding());
        assertThat(top.parts()).hasSize(2);
        for (int k = 0; k < 2; k++) {
            assertThat(top.parts().get(k).subject()).isEqualTo(classes(top).ranking().get(k).label());
            assertClose(tokens(top.parts().get(k)), run.relevance(explainer, Seed.rank(k)), 1e-9);
        }
        Oracle.assertConserved(top, top.parts());
        TextExplanation named =
                explainer.explainTexts(List.of(TextInput.text(TEXT)), Question.classes(2, 0)).getFirst();
        assertThat(named.parts()).extracting(TextPart::subject).containsExactly("yes", "no");
        assertClose(tokens(named.parts().get(0)), run.relevance(explainer, Seed.target(2)), 1e-9);
        assertClose(tokens(named.parts().get(1)), run.relevance(explainer, Seed.target(0)), 1e-9);
    }

    @Test
    void aClassIsSetAgainstAnother() throws IOException {
        Explainer explainer = TinyModel.of(TinyModel.Family.ROBERTA, TinyModel.CLASSIFIER).open(directory);
        TextInput text = TextInput.text(TEXT);
        TextPart part = explainer.explainTexts(List.of(text),
                Question.classes(2).against(new Against.Other(1))).getFirst().why();
        Oracle.Run run = Oracle.run(explainer, explainer.explain(TEXT).encoding());
        assertThat(part.subject()).isEqualTo("yes rather than perhaps");
        assertThat(part.output()).isCloseTo(run.logits()[2] - run.logits()[1], within(1e-9));
        assertThat(part.seed()).isZero();
        assertClose(tokens(part), run.relevance(explainer, Seed.target(2).minus(Seed.target(1))), 1e-9);

        TextPart strongest = explainer.explainTexts(List.of(text),
                Question.top1().against(new Against.Strongest())).getFirst().why();
        assertClose(tokens(strongest), run.relevance(explainer, Seed.top1().minus(Seed.rank(1))), 1e-9);
    }

    @Test
    void classesThatDoNotExcludeEachOther() throws IOException {
        Explainer explainer = TinyModel.of(TinyModel.Family.BERT, TinyModel.CLASSIFIER)
                .withProblem("multi_label_classification").open(directory);
        TextExplanation explanation = explainer.explain(TEXT);
        double[] logits = Oracle.run(explainer, explanation.encoding()).logits();
        for (Prediction said : classes(explanation).ranking()) {
            assertThat(said.probability()).isCloseTo(1 / (1 + Math.exp(-logits[said.index()])), within(1e-9));
        }
    }

    @Test
    void aValue() throws IOException {
        Explainer explainer =
                TinyModel.of(TinyModel.Family.ROBERTA, TinyModel.CLASSIFIER).labelled("stars").open(directory);
        TextExplanation explanation = explainer.explain(TEXT);
        Oracle.Run run = Oracle.run(explainer, explanation.encoding());
        Prediction said = classes(explanation).ranking().getFirst();
        assertThat(said.logit()).isCloseTo(run.logits()[0], within(1e-9));
        assertThat(said.probability()).isNaN();
        assertClose(tokens(explanation.why()), run.relevance(explainer, Seed.target(0)), 1e-9);
        Oracle.assertConserved(explanation, explanation.parts());
    }

    /** As published models are: float32. */
    @Test
    void float32() throws IOException {
        Explainer explainer =
                TinyModel.of(TinyModel.Family.BERT, TinyModel.CLASSIFIER).withType(DType.F32).open(directory);
        TextExplanation explanation = explainer.explain(TEXT);
        assertClose(tokens(explanation.why()),
                Oracle.run(explainer, explanation.encoding()).relevance(explainer, Seed.top1()), 1e-6);
        assertThat(Arrays.stream(tokens(explanation.why())).filter(r -> r != 0).count()).isGreaterThan(5);
    }
}
