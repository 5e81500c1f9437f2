package io.github.lrp4j.explain;

import static io.github.lrp4j.lrp.Selector.every;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.lrp4j.autograd.Linear;
import io.github.lrp4j.lrp.Needs;
import io.github.lrp4j.lrp.Presets;
import io.github.lrp4j.lrp.Rule;
import io.github.lrp4j.lrp.RuleCall;
import io.github.lrp4j.lrp.Site;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.fashion.EmbeddedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a listener hears: pieces of work one after another, each with no more steps than were announced. */
class ExplainListenerTest {
    /** Checks while it listens. */
    private static final class Checking implements ExplainListener {
        private final List<String> heard = new ArrayList<>();
        private final int patience;
        private String work;
        private long announced;
        private long steps;

        Checking(int patience) {
            this.patience = patience;
        }

        @Override
        public void begins(String name, long count) {
            assertThat(work).as("begun before").isNull();
            assertThat(count).isNotNegative();
            work = name;
            announced = count;
            steps = 0;
        }

        @Override
        public void step() {
            assertThat(work).as("a step of").isNotNull();
            steps++;
            assertThat(steps).isLessThanOrEqualTo(announced);
            if (steps == patience) {
                throw new CancellationException("enough");
            }
        }

        @Override
        public void ends() {
            assertThat(work).as("ended").isNotNull();
            heard.add(work);
            work = null;
        }

        List<String> heard() {
            assertThat(work).as("not ended").isNull();
            return heard;
        }
    }

    /** A rule that fails. */
    private record Failing() implements Rule {
        @Override
        public Needs needs(Site site) {
            return Needs.NOTHING;
        }

        @Override
        public Tensor[] propagate(RuleCall call) {
            throw new ArithmeticException("no way");
        }
    }

    @TempDir
    private Path directory;

    private static List<String> heard(Explainer explainer, TextInput... inputs) {
        Checking listener = new Checking(-1);
        explainer.watchedBy(listener).explainTexts(List.of(inputs), Question.top1());
        return listener.heard();
    }

    @Test
    void classes() throws IOException {
        Explainer explainer = TinyModel.of(TinyModel.Family.BERT, TinyModel.CLASSIFIER).open(directory);
        assertThat(heard(explainer, TextInput.text("One."))).containsExactly("forward", "relevance");
        assertThat(
                heard(explainer.withBatch(2), TextInput.text("One."), TextInput.text("Two."), TextInput.text("Three.")))
                .containsExactly("forward", "relevance", "forward", "relevance");
        // A text in windows is read first, then recorded.
        assertThat(heard(explainer.withWindows(8, 2), TextInput.text("One, two, three, four, five, six, seven.")))
                .startsWith("forward", "forward", "relevance").endsWith("relevance");
        // Every lane of several classes goes through in the same steps.
        Checking several = new Checking(-1);
        explainer.watchedBy(several).explainTexts(List.of(TextInput.text("One.")), Question.top(3));
        assertThat(several.heard()).containsExactly("forward", "relevance");
    }

    @Test
    void otherModels() throws IOException {
        assertThat(heard(TinyModel.of(TinyModel.Family.ROBERTA, TinyModel.ANSWERER).open(directory.resolve("qa")),
                TextInput.question("Who?", "Ada."))).containsExactly("forward", "relevance");
        assertThat(heard(TinyModel.of(TinyModel.Family.BERT, TinyModel.ENCODER).open(directory.resolve("bare")),
                TextInput.question("Who?", "Ada."))).containsExactly("forward", "forward", "relevance");
        Explainer t5 = TinyModel.of(TinyModel.Family.T5, TinyModel.WRITER).open(directory.resolve("t5"));
        assertThat(heard(t5.withAnswers(3, 1), TextInput.text("Write.")))
                .containsExactly("answer", "forward", "relevance");
        assertThat(heard(t5.withAnswers(3, 2), TextInput.text("Write.")))
                .containsExactly("answer", "forward", "relevance");
        Checking pictures = new Checking(-1);
        Explainer.of(EmbeddedModel.load()).watchedBy(pictures).explain(EmbeddedModel.samples().getFirst().image());
        assertThat(pictures.heard()).containsExactly("forward", "relevance");
    }

    @Test
    void whatIsGivenUpHasEndedToo() throws IOException {
        Explainer guessing = TinyModel.of(TinyModel.Family.BERT, TinyModel.GUESSER).open(directory.resolve("mlm"));
        Checking unread = new Checking(-1);
        assertThatThrownBy(() -> guessing.watchedBy(unread).explain("No mask.")).hasMessageContaining("[MASK]");
        assertThat(unread.heard()).containsExactly("forward");

        Explainer explainer =
                TinyModel.of(TinyModel.Family.BERT, TinyModel.CLASSIFIER).open(directory.resolve("class"));
        Checking failed = new Checking(-1);
        Explainer failing = explainer.with(Presets.dynamicLrp().prepend(every(Linear.class).use(new Failing())));
        assertThatThrownBy(() -> failing.watchedBy(failed).explain("One.")).hasMessageContaining("no way");
        assertThat(failed.heard()).containsExactly("forward", "relevance");

        // A listener may stop the work; the explainer is as good as before.
        Checking impatient = new Checking(3);
        assertThatThrownBy(() -> explainer.watchedBy(impatient).explain("One."))
                .isInstanceOf(CancellationException.class);
        assertThat(impatient.heard()).containsExactly("forward", "relevance");
        assertThat(explainer.watchedBy(ExplainListener.NONE).explain("One.").why())
                .isEqualTo(explainer.explain("One.").why());
    }
}
