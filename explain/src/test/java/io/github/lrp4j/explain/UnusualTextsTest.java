package io.github.lrp4j.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.zoo.tokenizer.TextRelevance;
import io.github.lrp4j.zoo.tokenizer.WordRelevance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Texts as people write them, and as nobody does. */
class UnusualTextsTest {
    private static final List<String> TEXTS = List.of(
            "", " ", " \t\n ", "\u3000", "a",
            "Thumbs up \uD83D\uDC4D\uD83C\uDFFD, family \uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67!",
            "Cafe\u0301 and Caf\u00e9, A\u030a and \u00c5; \u1e9b\u0323",
            "\u6771\u4eac\u306f\u65e5\u672c\u306e\u9996\u90fd\u3067\u3059\u3002",
            "\u0417\u0434\u0440\u0430\u0432\u0441\u0442\u0432\u0443\u0439, \u0645\u0631\u062d\u0628\u0627",
            "half \uD83D of a character", "zero\u0000 byte and \u200b no width",
            "double  blanks   and\ttabs\r\nand lines", "x".repeat(150), "donaudampfschifffahrt".repeat(20) + " end",
            "[CLS] </s> <pad> [PAD] <extra_id_0>", "...!!!???", "1,234,567.89 USD/kg @home #tag");

    @TempDir
    private Path directory;

    /** The parts of a word's text that are shown are parts of the text, in order, and nothing is lost or counted twice. */
    private static void assertWellShown(TextExplanation explanation, TextPart part) {
        for (TextRelevance text : part.words()) {
            int before = 0;
            double sum = text.elsewhere();
            for (WordRelevance word : text.words()) {
                assertThat(word.span().of(text.text())).isEqualTo(word.word());
                assertThat(word.span().start()).isGreaterThanOrEqualTo(before);
                assertThat(word.word()).as("word of '%s'", text.text()).isNotEmpty();
                before = word.span().start();
                sum += word.relevance();
            }
            assertThat(sum).isCloseTo(part.sum(), within(1e-6 * Math.max(1, Math.abs(part.sum()))));
            assertThat(text.text()).isIn(explanation.input().texts());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"BERT", "ROBERTA"})
    void areClassified(TinyModel.Family family) throws IOException {
        Explainer explainer = TinyModel.of(family, TinyModel.CLASSIFIER).withLongest(64).open(directory);
        List<TextInput> inputs = TEXTS.stream().map(TextInput::text).toList();
        List<TextExplanation> explanations = explainer.explainTexts(inputs, Question.top1());
        for (int n = 0; n < inputs.size(); n++) {
            TextExplanation explanation = explanations.get(n);
            assertThat(explanation.input()).isEqualTo(inputs.get(n));
            assertThat(explanation.warning()).isEmpty();
            assertThat(explanation.why().tokens()).hasSize(explanation.encoding().length());
            assertWellShown(explanation, explanation.why());
            Oracle.assertConserved(explanation);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"BERT", "ROBERTA"})
    void areTagged(TinyModel.Family family) throws IOException {
        Explainer explainer =
                TinyModel.of(family, TinyModel.TAGGER).labelled("O", "B-X", "I-X").withLongest(64).open(directory);
        for (String text : TEXTS) {
            TextExplanation explanation = explainer.explain(text);
            for (Answer.Entity entity : ((Answer.Entities) explanation.answer()).entities()) {
                assertThat(entity.text()).isEqualTo(entity.place().of(text)).isNotBlank()
                        .isEqualTo(entity.text().strip());
            }
            assertThat(explanation.answer().text()).isNotEmpty();
            explanation.parts().forEach(part -> assertWellShown(explanation, part));
            if (text.isBlank()) {
                assertThat(explanation.parts()).isEmpty();
                assertThat(explanation.answer().text()).isEqualTo("nothing found");
                assertThatThrownBy(explanation::why).isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("said nothing that could be explained");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void areAskedAbout(TinyModel.Family family) throws IOException {
        Explainer explainer = TinyModel.of(family, TinyModel.ANSWERER).withLongest(64).open(directory);
        for (String text : TEXTS) {
            if (text.isBlank()) {
                assertThatThrownBy(() -> explainer.explain("Who?", text)).isInstanceOf(IllegalArgumentException.class)
                        .hasMessageStartingWith("question answering: the context has no words to answer with");
                continue;
            }
            TextExplanation explanation = explainer.explain("Who?", text);
            Answer.Passage passage = (Answer.Passage) explanation.answer();
            assertThat(passage.text()).isEqualTo(passage.place().of(text)).isNotBlank();
            assertThat(passage.probability()).isBetween(0.0, 1.0);
            assertWellShown(explanation, explanation.why());
            Oracle.assertConserved(explanation);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "T5")
    void areWrittenAbout(TinyModel.Family family) throws IOException {
        Explainer explainer = TinyModel.of(family, TinyModel.WRITER).open(directory).withAnswers(2, 1);
        for (String text : TEXTS.subList(0, 8)) {
            TextExplanation explanation = explainer.explain(text);
            explanation.parts().forEach(part -> assertWellShown(explanation, part));
            Oracle.assertConserved(explanation);
        }
    }
}
