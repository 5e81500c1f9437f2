package io.github.lrp4j.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.lrp4j.explain.Question.Against;
import io.github.lrp4j.zoo.fashion.EmbeddedModel;
import io.github.lrp4j.zoo.fashion.FashionVgg;
import io.github.lrp4j.zoo.image.RgbImage;
import io.github.lrp4j.zoo.tokenizer.JsonTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be explained is refused in one line that says what to do instead. */
class MisuseTest {
    private static final List<TextInput> TEXT = List.of(TextInput.text("A text."));

    @TempDir
    private Path directory;

    private static void assertRefused(ThrowingCallable call, Class<? extends Exception> kind, String... parts) {
        Throwable refusal = catchThrowable(call);
        assertThat(refusal).isExactlyInstanceOf(kind);
        assertThat(refusal.getMessage()).contains(parts).doesNotContain("\n").hasSizeLessThan(400);
    }

    private static void assertRefused(ThrowingCallable call, String... parts) {
        assertRefused(call, IllegalArgumentException.class, parts);
    }

    private Explainer open(String task) throws IOException {
        return TinyModel.of(TinyModel.Family.BERT, task).withLongest(16).open(directory);
    }

    @Test
    void answering() throws IOException {
        Explainer explainer = open(TinyModel.ANSWERER);
        assertRefused(() -> explainer.explain("Who?"), "answers questions; give it a question and a context");
        assertRefused(() -> explainer.explainTexts(List.of(TextInput.question("Who?", "Ada.")), Question.top(2)),
                "says no classes of texts that could be chosen from");
        assertRefused(() -> explainer.explain("Who? ".repeat(20), "Ada. ".repeat(20)), "windows of 16 tokens leave 0",
                "second text");
        assertRefused(() -> explainer.withWindows(8, 7).explain("Who was it?", "It was Ada. ".repeat(20)),
                "windows of 8 tokens leave", "more than the stride of 7");
    }

    @Test
    void tagging() throws IOException {
        Explainer explainer = open(TinyModel.TAGGER);
        assertRefused(() -> explainer.explain("Who?", "Ada."), "reads one text at a time, no question and context");
        assertRefused(() -> explainer.explainTexts(TEXT, Question.classes(1)), "says no classes of texts");
    }

    @Test
    void guessing() throws IOException {
        Explainer explainer = open(TinyModel.GUESSER);
        assertRefused(() -> explainer.explain("No word is missing."), "the text has no [MASK]",
                "put one where a word is to be guessed", "the text is \"No word is missing.\"");
        assertRefused(() -> explainer.explain("[MASK] ".repeat(15)),
                "a text of 17 tokens does not fit into one window");
        assertRefused(() -> explainer.explainTexts(TEXT, Question.classes(3)), "only how many of the likeliest");
        JsonTokenizer without = JsonTokenizer.open(TinyModel.tokenizer(
                json -> !json.get("added_tokens").toString().toLowerCase(java.util.Locale.ROOT).contains("mask")));
        Explainer other = Explainer.of(explainer.model(), without);
        assertRefused(() -> other.explain("A text."), "the tokenizer has no token for words to guess");
    }

    @Test
    void classifying() throws IOException {
        Explainer explainer = open(TinyModel.CLASSIFIER);
        assertRefused(() -> explainer.explainTexts(TEXT, Question.classes(9)), "there is no class 9, there are 3");
        assertRefused(() -> explainer.explainTexts(TEXT, Question.classes(-1)), "there is no class -1, there are 3");
        assertRefused(() -> explainer.explainTexts(TEXT, Question.top1().against(new Against.Other(3))),
                "there is no class 3, there are 3");
        assertRefused(() -> explainer.explainTexts(TEXT, Question.classes(2).against(new Against.Other(2))),
                "class 2, yes, cannot be set against itself");
        assertRefused(() -> Question.top(0), "asks for 0 classes");
        assertRefused(() -> Question.classes(), "asks for 0 classes");
        assertRefused(() -> explainer.explain(EmbeddedModel.samples().getFirst().image()), IllegalStateException.class,
                "reads texts, no pictures");
    }

    @Test
    void aValueHasNoOtherClass() throws IOException {
        Explainer explainer =
                TinyModel.of(TinyModel.Family.ROBERTA, TinyModel.CLASSIFIER).labelled("stars").open(directory);
        assertRefused(() -> explainer.explainTexts(TEXT, Question.top1().against(new Against.Strongest())),
                "stars cannot be set against another class; there is no other");
        assertRefused(() -> explainer.explainTexts(TEXT, Question.top1().against(new Against.Other(0))),
                "there is no class but stars");
    }

    @Test
    void comparing() throws IOException {
        Explainer explainer = open(TinyModel.ENCODER);
        assertRefused(() -> explainer.explain("Alone."), "says how alike two texts are; give it a second one");
        assertRefused(() -> explainer.explain("a ".repeat(30), "b"),
                "the first text has 32 tokens, there is room for 16");
        assertRefused(() -> explainer.explainTexts(List.of(TextInput.question("a", "b")), Question.top(2)),
                "says no classes of texts");
    }

    @Test
    void writing() throws IOException {
        Explainer explainer = TinyModel.of(TinyModel.Family.T5, TinyModel.WRITER).open(directory);
        assertRefused(() -> explainer.explainTexts(TEXT, Question.top(3)), "says no classes of texts");
        assertRefused(() -> explainer.withAnswers(0, 1), "tokens of an answer 0", "must be positive");
        assertRefused(() -> explainer.withAnswers(1, 0), "beams 0", "must be positive");
    }

    @Test
    void pictures() {
        Explainer explainer = Explainer.of(FashionVgg.untrained(1));
        RgbImage picture = EmbeddedModel.samples().getFirst().image();
        assertRefused(() -> explainer.explain("A text."), IllegalStateException.class, "reads pictures, no texts");
        assertRefused(() -> explainer.explain(List.of(picture), Question.classes(10)),
                "there is no class 10, there are 10");
        assertRefused(() -> explainer.withBatch(0), "batch 0", "must be positive");
        assertRefused(() -> explainer.withWindows(5, 5), "windows of 5 tokens cannot share 5");
        assertRefused(() -> explainer.withWindows(0, 0), "windows of 0 tokens cannot share 0");
    }

    @Test
    void filesThatAreNotThere() throws IOException {
        TinyModel.of(TinyModel.Family.BERT, TinyModel.CLASSIFIER).write(directory);
        Files.delete(directory.resolve("tokenizer.json"));
        assertThat(catchThrowable(() -> Explainer.open(directory.toString()))).isInstanceOf(IOException.class)
                .hasMessageContaining("tokenizer.json: no such file");
        assertThat(catchThrowable(() -> Explainer.open(directory.resolve("none").toString())))
                .isInstanceOf(IOException.class).hasMessageContaining("no such file or directory");
    }
}
