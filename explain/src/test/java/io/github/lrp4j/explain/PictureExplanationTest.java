package io.github.lrp4j.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.explain.Question.Against;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.Presets;
import io.github.lrp4j.lrp.Relevance;
import io.github.lrp4j.lrp.RuleTable;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.fashion.EmbeddedModel;
import io.github.lrp4j.zoo.image.RgbImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Classes of pictures, against the network and Lrp by hand. */
class PictureExplanationTest {
    @TempDir
    private Path directory;
    private final Network network = EmbeddedModel.load();
    private final List<RgbImage> pictures = EmbeddedModel.samples().stream().map(EmbeddedModel.Sample::image).toList();
    private Explainer explainer;

    @BeforeEach
    void open() throws IOException {
        Path file = directory.resolve("model.safetensors");
        network.save(file, Map.of());
        explainer = Explainer.open(file.toString());
    }

    /** The network's logits of a picture, and the picture as it went in. */
    private record Run(Value pixels, Value logits) {
        Relevance relevance(RuleTable rules, Seed seed) {
            return Lrp.with(rules).explain(logits, seed, pixels);
        }
    }

    private Run run(RgbImage picture) {
        Tape tape = new Tape(explainer.kernels());
        Value pixels = tape.input("pixels", network.facts().preprocessing().normalized(
                network.facts().preprocessing().frame(picture)));
        return new Run(pixels, network.forward(tape, pixels));
    }

    private static void assertClose(ImageExplanation explanation, Relevance want, Value pixels, double relative) {
        double[] expected = want.of(pixels).toDoubleArray();
        Oracle.assertClose(explanation.relevance().toDoubleArray(), expected, relative);
    }

    @ParameterizedTest
    @EnumSource(names = {"DYNAMIC_LRP", "DYNAMIC_LRP_GAMMA", "EPSILON_PLUS", "EPSILON_GAMMA_BOX", "GRADIENT"})
    void everyPreset(RulePreset preset) {
        ImageExplanation explanation = explainer.with(preset).explain(pictures.get(2));
        Run run = run(pictures.get(2));
        assertClose(explanation, run.relevance(preset.table(network.facts().preprocessing()), Seed.top1()),
                run.pixels(),
                1e-6);
        double[] logits = run.logits().tensor().toDoubleArray();
        assertThat(explanation.ranking()).allSatisfy(
                said -> assertThat(said.logit()).isCloseTo(logits[said.index()], within(1e-4)));
        assertThat(explanation.target()).isEqualTo(explanation.predicted());
        if (preset.isDecomposition()) {
            Oracle.assertConserved(explanation);
            double sum = 0;
            for (double r : explanation.relevance().toDoubleArray()) {
                sum += r;
            }
            assertThat(explanation.conservation().inputs()).isCloseTo(sum, within(1e-4 * Math.max(1, Math.abs(sum))));
        }
    }

    @Test
    void inputTimesGradient() {
        Run run = run(pictures.get(5));
        double[] gradient =
                run.relevance(Presets.gradient(), Seed.top1()).of(run.pixels()).toDoubleArray();
        double[] pixels = run.pixels().tensor().toDoubleArray();
        Arrays.setAll(gradient, i -> gradient[i] * pixels[i]);
        Oracle.assertClose(explainer.with(RulePreset.INPUT_X_GRADIENT).explain(pictures.get(5)).relevance()
                .toDoubleArray(), gradient, 1e-6);
    }

    @Test
    void classesInQuestion() {
        Question question = Question.classes(7, 0).against(new Against.Other(5));
        List<List<ImageExplanation>> found = explainer.explain(pictures.subList(0, 3), question);
        assertThat(found).hasSize(3).allSatisfy(ofPicture -> assertThat(ofPicture).hasSize(2));
        for (int n = 0; n < 3; n++) {
            Run run = run(pictures.get(n));
            ImageExplanation second = found.get(n).get(1);
            assertThat(second.target().index()).isZero();
            assertThat(second.against()).hasValueSatisfying(other -> assertThat(other.index()).isEqualTo(5));
            assertThat(second.subject()).isEqualTo(network.facts().classes().get(0) + " rather than "
                    + network.facts().classes().get(5));
            assertClose(second, run.relevance(explainer.rules(), Seed.target(0).minus(Seed.target(5))), run.pixels(),
                    1e-4);
        }
    }

    @Test
    void batchesGiveWhatSinglePicturesGive() {
        List<List<ImageExplanation>> together = explainer.withBatch(4).explain(pictures, Question.top(2));
        assertThat(together).hasSameSizeAs(pictures);
        for (int n = 0; n < pictures.size(); n++) {
            List<ImageExplanation> alone = explainer.explain(List.of(pictures.get(n)), Question.top(2)).getFirst();
            for (int k = 0; k < 2; k++) {
                assertThat(together.get(n).get(k).target().index()).isEqualTo(alone.get(k).target().index());
                Oracle.assertClose(together.get(n).get(k).relevance().toDoubleArray(),
                        alone.get(k).relevance().toDoubleArray(), 1e-4);
            }
        }
        assertThat(explainer.explain(List.of(), Question.top1())).isEmpty();
    }
}
