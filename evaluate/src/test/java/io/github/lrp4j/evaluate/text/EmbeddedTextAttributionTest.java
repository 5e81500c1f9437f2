package io.github.lrp4j.evaluate.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.evaluate.Attribution;
import io.github.lrp4j.evaluate.Batch;
import io.github.lrp4j.evaluate.Classifier;
import io.github.lrp4j.evaluate.TinyClassifier;
import io.github.lrp4j.evaluate.attribution.ExpectedGradients;
import io.github.lrp4j.evaluate.attribution.Gradient;
import io.github.lrp4j.evaluate.attribution.GuidedBackprop;
import io.github.lrp4j.evaluate.attribution.InputXGradient;
import io.github.lrp4j.evaluate.attribution.IntegratedGradients;
import io.github.lrp4j.evaluate.attribution.SmoothGrad;
import io.github.lrp4j.evaluate.attribution.TokenOcclusion;
import io.github.lrp4j.evaluate.baseline.Fixed;
import io.github.lrp4j.explain.Answer;
import io.github.lrp4j.explain.Explainer;
import io.github.lrp4j.explain.RulePreset;
import io.github.lrp4j.explain.TextInput;
import io.github.lrp4j.explain.TinyModel;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.zoo.layer.Pass;
import io.github.lrp4j.zoo.published.PublishedModel;
import io.github.lrp4j.zoo.text.TokenBatch;
import io.github.lrp4j.zoo.tokenizer.Encoding;
import io.github.lrp4j.zoo.tokenizer.SpecialTokens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Attributions of texts through their vectors: of small drawn models, against what follows from tokens alone. */
class EmbeddedTextAttributionTest {
    private static final ReferenceKernels KERNELS = new ReferenceKernels();
    private static final TextInput TEXT = TextInput.text("A fine film, and a long one.");
    private static final TextInput QUESTION = TextInput.question("Who wrote it?", "Ada wrote it in 1843, they say.");
    private static final TextInput OTHER = TextInput.question("When?", "In 1843.");

    private static final int STEPS = 60;

    @TempDir
    static Path models;

    /** By name, with a text for each. */
    private static final Map<String, Explainer> EXPLAINERS = new LinkedHashMap<>();

    @BeforeAll
    static void writeModels() throws IOException {
        for (TinyModel.Family family : TinyModel.Family.values()) {
            EXPLAINERS.put(family + " answerer", open(TinyModel.of(family, TinyModel.ANSWERER), family + "a"));
        }
        for (TinyModel.Family family : List.of(TinyModel.Family.BERT, TinyModel.Family.ROBERTA)) {
            EXPLAINERS.put(family + " classifier", open(TinyModel.of(family, TinyModel.CLASSIFIER), family + "c"));
        }
    }

    private static Explainer open(TinyModel model, String name) throws IOException {
        return model.open(models.resolve(name)).with(KERNELS);
    }

    private static TextInput text(String model) {
        return model.endsWith("answerer") ? QUESTION : TEXT;
    }

    private static TokenRelevance explained(TextAttribution method, String model) {
        return method.of(EXPLAINERS.get(model), List.of(text(model)), new long[] {3}).getFirst();
    }

    private static TokenRelevance said(String model) {
        return explained(LrpTextAttribution.of(RulePreset.GRADIENT), model);
    }

    /** The explained logit for other tokens in the same places, looked up in the table as any text is. */
    private static double logit(String model, TokenRelevance said, long[] ids) {
        PublishedModel loaded = EXPLAINERS.get(model).model();
        Encoding text = said.encoding();
        long[] types = text.tokens().stream().mapToLong(token -> token.typeId()).toArray();
        Tensor row = Tensor.of(ids, 1, ids.length);
        double[] output = (switch (loaded) {
            case PublishedModel.Encoder encoder -> encoder.forward(new Tape(KERNELS),
                    new TokenBatch(row, encoder.bert().config().types() > 1 ? Tensor.of(types, 1, ids.length) : null,
                            null),
                    Pass.evaluation()).output();
            case PublishedModel.EncoderDecoder t5 ->
                t5.model().forward(new Tape(KERNELS), new TokenBatch(row, null, null), Pass.evaluation()).logits();
            case PublishedModel.Pictures _ -> throw new AssertionError();
        }).tensor().toDoubleArray();
        return switch (said.answer()) {
            case Answer.Classes classes -> output[classes.ranking().getFirst().index()];
            case Answer.Passage passage -> {
                int[] tokens = SpanHits.tokens(text, passage.place());
                yield output[2 * tokens[0]] + output[2 * tokens[tokens.length - 1] + 1];
            }
            default -> throw new AssertionError();
        };
    }

    private static long[] ids(TokenRelevance said) {
        return said.encoding().tokens().stream().mapToLong(token -> token.id()).toArray();
    }

    private static int mask(String model) {
        SpecialTokens special = EXPLAINERS.get(model).tokenizer().specialTokens();
        return special.find(SpecialTokens.Role.MASK).or(() -> special.find(SpecialTokens.Role.PAD)).orElseThrow().id();
    }

    private static EmbeddedText embedded(String model) {
        return new EmbeddedText(EXPLAINERS.get(model), said(model), 3);
    }

    @Test
    void theLogitIsThatOfTheTokens() {
        for (String model : EXPLAINERS.keySet()) {
            TokenRelevance said = said(model);
            Batch batch = embedded(model).batch();
            double expected = logit(model, said, ids(said));
            assertThat(batch.classifier().logits(batch.inputs()).at(0, 0)).as(model).isCloseTo(expected, within(1e-9));
            Tensor twice = KERNELS.concat(List.of(batch.inputs(), batch.inputs()), 0);
            assertThat(batch.classifier().logits(twice).at(1, 0)).as(model).isCloseTo(expected, within(1e-9));
        }
    }

    @Test
    void gradientsAreThoseOfTheExplainer() {
        for (String model : EXPLAINERS.keySet()) {
            if (EXPLAINERS.get(model).model() instanceof PublishedModel.EncoderDecoder) {
                continue;
            }
            assertThat(explained(EmbeddedTextAttribution.of(new Gradient()), model).relevance()).as(model)
                    .containsExactly(said(model).relevance(), within(1e-9));
            assertThat(explained(EmbeddedTextAttribution.of(new InputXGradient()), model).relevance()).as(model)
                    .containsExactly(explained(LrpTextAttribution.of(RulePreset.INPUT_X_GRADIENT), model).relevance(),
                            within(1e-9));
        }
    }

    /** Any direction of the vectors, by central differences: also of a T5, whose decoder reads the same vectors once more. */
    @Test
    void gradientsAreSlopes() {
        double h = 1e-5;
        for (String model : EXPLAINERS.keySet()) {
            Batch batch = embedded(model).batch();
            double[] slopes = batch.gradient(batch.inputs()).toDoubleArray();
            double[] cells = batch.inputs().toDoubleArray();
            for (int i = 0; i < cells.length; i += 1 + cells.length / 12) {
                double[] up = cells.clone();
                double[] down = cells.clone();
                up[i] += h;
                down[i] -= h;
                double slope = (batch.classifier().logits(Tensor.of(up, batch.inputs().shape())).at(0, 0)
                        - batch.classifier().logits(Tensor.of(down, batch.inputs().shape())).at(0, 0)) / (2 * h);
                assertThat(slopes[i]).as(model + " cell " + i).isCloseTo(slope, within(1e-6 + 1e-5 * Math.abs(slope)));
            }
        }
    }

    @Test
    void integratedGradientsAreComplete() {
        TextAttribution method = EmbeddedTextAttribution.of("integrated-gradients",
                text -> new IntegratedGradients(text.masked(), STEPS));
        for (String model : EXPLAINERS.keySet()) {
            TokenRelevance said = explained(method, model);
            long[] masked = ids(said);
            for (int t = 0; t < masked.length; t++) {
                if (!said.encoding().tokens().get(t).isSpecial()) {
                    masked[t] = mask(model);
                }
            }
            Batch batch = embedded(model).batch();
            double start = batch.classifier().logits(embedded(model).masked().of(batch)).at(0, 0);
            // Places of a RoBERTa follow from the ids, those of the mask no less than those of words.
            assertThat(start).as(model).isCloseTo(logit(model, said, masked), within(1e-9));
            double expected = logit(model, said, ids(said)) - start;
            if (EXPLAINERS.get(model).model() instanceof PublishedModel.Encoder) {
                assertThat(Arrays.stream(said.relevance()).sum()).as(model)
                        .isCloseTo(expected, within(1e-3 * (1 + Math.abs(expected))));
            }
            for (int t = 0; t < masked.length; t++) {
                if (said.encoding().tokens().get(t).isSpecial()) {
                    assertThat(said.relevance()[t]).isZero();
                }
            }
        }
    }

    /** A drawn T5, whose attention is not scaled, is too steep for a long way. */
    @Test
    void integratedGradientsOfAShortWayAreComplete() {
        for (String model : EXPLAINERS.keySet()) {
            Batch batch = embedded(model).batch();
            double[] cells = batch.inputs().toDoubleArray();
            double[] masked = embedded(model).masked().of(batch).toDoubleArray();
            Arrays.setAll(masked, i -> cells[i] + 0.01 * (masked[i] - cells[i]));
            Fixed near = new Fixed("near", Tensor.of(masked, batch.inputs().shape()));
            double expected = batch.classifier().logits(batch.inputs()).at(0, 0)
                    - batch.classifier().logits(near.cells()).at(0, 0);
            double sum = Arrays.stream(new IntegratedGradients(near, STEPS).of(batch).toDoubleArray()).sum();
            assertThat(expected).as(model).isNotZero();
            assertThat(sum).as(model).isCloseTo(expected, within(1e-3 * Math.abs(expected) + 1e-9));
        }
    }

    @Test
    void occlusionIsWhatIsLostTokenByToken() {
        for (String model : EXPLAINERS.keySet()) {
            if (EXPLAINERS.get(model).model() instanceof PublishedModel.EncoderDecoder) {
                continue;
            }
            TokenRelevance said = explained(EmbeddedTextAttribution.of("occlusion",
                    text -> new TokenOcclusion(text.masked(), 3)), model);
            for (int t = 0; t < said.encoding().length(); t++) {
                long[] without = ids(said);
                if (!said.encoding().tokens().get(t).isSpecial()) {
                    without[t] = mask(model);
                }
                assertThat(said.relevance()[t]).as(model + " token " + t)
                        .isCloseTo(logit(model, said, ids(said)) - logit(model, said, without), within(1e-9));
            }
        }
    }

    /** Where a walker that stays or follows attention starts at the answer's ends. */
    @Test
    void rolloutIsAWayThroughTheLayers() {
        for (String model : EXPLAINERS.keySet()) {
            TextAttribution method = EmbeddedTextAttribution.rollout();
            if (EXPLAINERS.get(model).model() instanceof PublishedModel.EncoderDecoder) {
                assertThatThrownBy(() -> explained(method, model)).hasMessageContaining("attention-rollout:");
                continue;
            }
            TokenRelevance said = explained(method, model);
            double[] shares = said.relevance();
            assertThat(Arrays.stream(shares).sum()).as(model).isCloseTo(1, within(1e-9));
            assertThat(shares).as(model).doesNotContain(0);
            int layers = ((PublishedModel.Encoder) EXPLAINERS.get(model).model()).bert().config().layers();
            double stayed = Math.pow(0.5, layers);
            int[] read = said.answer() instanceof Answer.Passage passage
                    ? SpanHits.tokens(said.encoding(), passage.place())
                    : new int[] {0};
            double ends = (shares[read[0]] + shares[read[read.length - 1]]) / (read.length == 1 ? 2 : 1);
            assertThat(ends).as(model).isGreaterThan(stayed);
        }
    }

    @Test
    void whatIsDrawnFollowsFromSeedAndKey() {
        Explainer explainer = EXPLAINERS.get("ROBERTA answerer");
        for (TextAttribution method : drawing(5)) {
            double[] alone = method.of(explainer, List.of(QUESTION), new long[] {3}).getFirst().relevance();
            double[] beside = method.of(explainer, List.of(OTHER, QUESTION), new long[] {8, 3}).get(1).relevance();
            assertThat(beside).as(method.name()).isEqualTo(alone);
            assertThat(method.of(explainer, List.of(QUESTION), new long[] {4}).getFirst().relevance())
                    .isNotEqualTo(alone);
        }
        for (int i = 0; i < 2; i++) {
            assertThat(drawing(6).get(i).of(explainer, List.of(QUESTION), new long[] {3}).getFirst().relevance())
                    .isNotEqualTo(drawing(5).get(i).of(explainer, List.of(QUESTION), new long[] {3}).getFirst()
                            .relevance());
        }
    }

    private static List<TextAttribution> drawing(long seed) {
        return List.of(EmbeddedTextAttribution.of(new SmoothGrad(3, 0.1, seed)),
                EmbeddedTextAttribution.of("expected-gradients",
                        text -> new ExpectedGradients(text.drawn(4, seed), 3, 0, seed)));
    }

    @Test
    void drawnTextsKeepTheirFrame() {
        EmbeddedText text = embedded("BERT answerer");
        Tensor drawn = text.drawn(3, 1);
        Tensor vectors = text.batch().inputs();
        assertThat(drawn.shape()).isEqualTo(vectors.shape().with(0, 3));
        for (int t = 0; t < text.encoding().length(); t++) {
            for (int m = 0; m < 3; m++) {
                double[] one = drawn.select(0, m).select(0, t).toDoubleArray();
                if (text.encoding().tokens().get(t).isSpecial()) {
                    assertThat(one).isEqualTo(vectors.select(0, 0).select(0, t).toDoubleArray());
                }
            }
        }
        assertThat(drawn.select(0, 0).toDoubleArray()).isNotEqualTo(drawn.select(0, 1).toDoubleArray());
    }

    /** {@code y = sum w e}: {@code w (e - e')} is what every method says of it. */
    @Test
    void linearModelsAreKnownInClosedForm() {
        Tensor weights = TinyClassifier.normal(1, 1, 12);
        Tensor texts = TinyClassifier.normal(2, 2, 4, 3);
        Fixed others = new Fixed("others", TinyClassifier.normal(3, 2, 4, 3));
        Classifier linear = new Classifier(
                input -> input.reshape(input.shape().size(0), 12).linear(input.tape().constant(weights), null), KERNELS);
        Batch batch = new Batch(linear, texts, new int[2], new long[] {0, 1});
        Tensor integrated = new IntegratedGradients(others, 3).of(batch);
        Tensor one = new ExpectedGradients(others.cells().slice(0, 0, 1), 3, 0, 1).of(batch);
        Tensor smooth = new SmoothGrad(3, 0.2, 1).of(batch);
        Tensor occluded = new TokenOcclusion(others, 3).of(batch);
        for (int n = 0; n < 2; n++) {
            for (int t = 0; t < 4; t++) {
                double sum = 0;
                for (int d = 0; d < 3; d++) {
                    double w = weights.at(0, 3 * t + d);
                    double share = w * (texts.at(n, t, d) - others.cells().at(n, t, d));
                    sum += share;
                    assertThat(integrated.at(n, t, d)).isCloseTo(share, within(1e-12));
                    assertThat(one.at(n, t, d)).isCloseTo(w * (texts.at(n, t, d) - others.cells().at(0, t, d)),
                            within(1e-12));
                    assertThat(smooth.at(n, t, d)).isCloseTo(w, within(1e-12));
                }
                assertThat(occluded.at(n, t, 0)).isCloseTo(sum, within(1e-12));
            }
        }
        assertThatThrownBy(() -> others.of(batch.at(texts.slice(1, 0, 2))))
                .hasMessageContaining("give cells of the shape of the inputs");
    }

    @Test
    void aMethodOfOnesOwnIsSummedOverTheVectors() {
        Attribution places = new Attribution() {
            @Override
            public String name() {
                return "places";
            }

            @Override
            public Tensor of(Batch batch) {
                double[] cells = new double[Math.toIntExact(batch.inputs().elements())];
                Arrays.setAll(cells, i -> i / batch.inputs().size(2));
                return Tensor.of(cells, batch.inputs().shape());
            }
        };
        TokenRelevance said = explained(EmbeddedTextAttribution.of(places), "BERT classifier");
        int width = embedded("BERT classifier").batch().inputs().size(2);
        for (int t = 0; t < said.encoding().length(); t++) {
            assertThat(said.relevance()[t]).isEqualTo((double) t * width);
        }
    }

    @Test
    void guidedBackpropagationIsNoGradient() {
        double[] guided = explained(EmbeddedTextAttribution.of(new GuidedBackprop()), "BERT answerer").relevance();
        assertThat(guided).isNotEqualTo(said("BERT answerer").relevance());
        assertThat(Arrays.stream(guided).allMatch(Double::isFinite)).isTrue();
    }

    @Test
    void whatIsNotOneLogitIsRefused() throws IOException {
        Explainer tagger = open(TinyModel.of(TinyModel.Family.BERT, TinyModel.TAGGER).labelled("O", "B-X", "I-X"),
                "tagger");
        TokenRelevance said = said("BERT classifier");
        TokenRelevance entities = new TokenRelevance(said.encoding(), new Answer.Entities(List.of()),
                said.relevance());
        assertThatThrownBy(() -> new EmbeddedText(tagger, entities, 0))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("only classes and answers");
        assertThatThrownBy(() -> new TokenOcclusion(embedded("BERT classifier").masked(), 0))
                .hasMessageContaining("batch 0 must be positive");
    }
}
