package io.github.lrp4j.evaluate.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.evaluate.perturbation.Measure;
import io.github.lrp4j.evaluate.perturbation.Order;
import io.github.lrp4j.evaluate.perturbation.PictureCurves;
import io.github.lrp4j.evaluate.perturbation.Score;
import io.github.lrp4j.explain.Answer;
import io.github.lrp4j.explain.Explainer;
import io.github.lrp4j.explain.RulePreset;
import io.github.lrp4j.explain.TextInput;
import io.github.lrp4j.explain.TinyModel;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.zoo.files.ModelFiles;
import io.github.lrp4j.zoo.layer.Pass;
import io.github.lrp4j.zoo.published.PublishedModel;
import io.github.lrp4j.zoo.text.TokenBatch;
import io.github.lrp4j.zoo.tokenizer.Encoding;
import io.github.lrp4j.zoo.tokenizer.SpecialToken;
import io.github.lrp4j.zoo.tokenizer.SpecialTokens;
import io.github.lrp4j.zoo.tokenizer.Token;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Curves of texts: of small drawn models, against a run token by token without batches. */
class TokenPerturbationTest {
    private static final ReferenceKernels KERNELS = new ReferenceKernels();
    private static final TextInput TEXT = TextInput.text("A fine film, and a long one.");
    private static final TextInput QUESTION = TextInput.question("Who wrote it?", "Ada wrote it in 1843, they say.");

    @TempDir
    static Path models;

    private static Explainer classifier;
    private static Explainer answerer;
    private static SpecialToken mask;

    @BeforeAll
    static void writeModels() throws IOException {
        classifier = explainer(TinyModel.of(TinyModel.Family.ROBERTA, TinyModel.CLASSIFIER), "classifier");
        Path files = TinyModel.of(TinyModel.Family.ROBERTA, TinyModel.ANSWERER).write(models.resolve("answerer"));
        mask = ModelFiles.open(files.toString()).tokenizer().specialTokens().find(SpecialTokens.Role.MASK)
                .orElseThrow();
        answerer = Explainer.open(files.toString()).with(KERNELS);
    }

    private static Explainer explainer(TinyModel model, String name) throws IOException {
        return Explainer.open(model.write(models.resolve(name)).toString()).with(KERNELS);
    }

    private static PublishedModel.Encoder encoder(Explainer explainer) {
        return (PublishedModel.Encoder) explainer.model();
    }

    private static TokenRelevance explained(Explainer explainer, TextInput input) {
        return LrpTextAttribution.of(RulePreset.ATTN_LRP).of(explainer, List.of(input), new long[] {0}).getFirst();
    }

    /** The output for one row of token numbers, no padding. */
    private static double[] output(Explainer explainer, List<Integer> ids) {
        TokenBatch row = TokenBatch.of(ids.stream().mapToLong(Integer::longValue).toArray());
        Tensor output = encoder(explainer).forward(new Tape(KERNELS), row, Pass.evaluation()).output().tensor();
        return output.toDoubleArray();
    }

    /** Token numbers of the text after step k of K, found by counting how many tokens are more relevant. */
    private static List<Integer> variant(TokenRelevance text, Order order, int k, int steps, Integer replacement) {
        Encoding encoding = text.encoding();
        long units = encoding.tokens().stream().filter(token -> !token.isSpecial()).count();
        List<Integer> ids = new ArrayList<>();
        for (int t = 0; t < encoding.length(); t++) {
            Token token = encoding.tokens().get(t);
            int before = 0;
            for (int other = 0; other < encoding.length(); other++) {
                double difference = text.relevance()[other] - text.relevance()[t];
                boolean isBefore = difference == 0 ? other < t : difference > 0 == (order == Order.MORF);
                before += !encoding.tokens().get(other).isSpecial() && isBefore ? 1 : 0;
            }
            boolean isGone = !token.isSpecial() && before < Math.round((double) k * units / steps);
            if (!isGone) {
                ids.add(token.id());
            } else if (replacement != null) {
                ids.add(replacement);
            }
        }
        return ids;
    }

    private static double softmax(double[] logits, int target) {
        double sum = 0;
        for (double logit : logits) {
            sum += Math.exp(logit - logits[target]);
        }
        return 1 / sum;
    }

    @Test
    void classesLikeTokenByToken() {
        TokenRelevance text = explained(classifier, TEXT);
        int target = ((Answer.Classes) text.answer()).ranking().getFirst().index();
        TokenScore score = TokenScore.ofClass(encoder(classifier), KERNELS, target);
        for (Optional<SpecialToken> gone : List.of(Optional.of(mask), Optional.<SpecialToken>empty())) {
            PictureCurves curves = new TokenPerturbation(gone, 5, 4).curves(text, score, 3);

            assertThat(curves.key()).isEqualTo(3);
            for (Order order : Order.values()) {
                for (int k = 0; k <= 5; k++) {
                    double[] logits = output(classifier,
                            variant(text, order, k, 5, gone.map(SpecialToken::id).orElse(null)));
                    assertThat(curves.curve(order, Score.LOGIT).get(k)).isCloseTo(logits[target], within(1e-9));
                    assertThat(curves.curve(order, Score.PROBABILITY).get(k))
                            .isCloseTo(softmax(logits, target), within(1e-9));
                }
            }
            double start = curves.curve(Order.MORF, Score.PROBABILITY).getFirst();
            double mean = 0;
            for (int k = 0; k < 5; k++) {
                mean += (curves.curve(Order.MORF, Score.PROBABILITY).get(k)
                        + curves.curve(Order.MORF, Score.PROBABILITY).get(k + 1)) / 10;
            }
            assertThat(Measure.COMPREHENSIVENESS.of(curves.curve(Order.MORF, Score.PROBABILITY),
                    curves.curve(Order.LERF, Score.PROBABILITY))).isCloseTo(start - mean, within(1e-12));
        }
    }

    @Test
    void answersLikeTokenByToken() {
        TokenRelevance text = explained(answerer, QUESTION);
        int[] answer = SpanHits.tokens(text.encoding(), ((Answer.Passage) text.answer()).place());
        int start = answer[0];
        int end = answer[answer.length - 1];
        TokenScore score = TokenScore.ofPassage(encoder(answerer), KERNELS, start, end);

        PictureCurves curves = new TokenPerturbation(Optional.of(mask), 4, 2).curves(text, score, 0);

        assertThat(curves.curve(Order.MORF, Score.LOGIT).getFirst())
                .isCloseTo(((Answer.Passage) text.answer()).score(), within(1e-9));
        for (Order order : Order.values()) {
            for (int k = 0; k <= 4; k++) {
                double[] ends = output(answerer, variant(text, order, k, 4, mask.id()));
                double startSum = 0;
                double endSum = 0;
                for (int t = 0; t < ends.length; t += 2) {
                    startSum += Math.exp(ends[t]);
                    endSum += Math.exp(ends[t + 1]);
                }
                assertThat(curves.curve(order, Score.LOGIT).get(k)).isCloseTo(ends[2 * start] + ends[2 * end + 1],
                        within(1e-9));
                assertThat(curves.curve(order, Score.PROBABILITY).get(k)).isCloseTo(
                        Math.exp(ends[2 * start]) / startSum * Math.exp(ends[2 * end + 1]) / endSum, within(1e-9));
            }
        }
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        TokenRelevance text = explained(answerer, QUESTION);
        TokenScore score = TokenScore.ofPassage(encoder(answerer), KERNELS, 5, 6);
        assertThatThrownBy(() -> new TokenPerturbation(Optional.empty(), 4, 2).curves(text, score, 0))
                .hasMessageContaining("mask tokens instead of deleting them");
        assertThatThrownBy(() -> new TokenPerturbation(Optional.empty(), 0, 2)).hasMessageContaining("0 steps");
        assertThatThrownBy(() -> new TokenRelevance(text.encoding(), text.answer(), new double[1]))
                .hasMessageContaining("1 relevances of");
    }

    @Test
    void whatIsDrawnFollowsFromTheKey() {
        RandomTextAttribution random = new RandomTextAttribution(3);
        TextInput other = TextInput.text("Short.");
        List<TokenRelevance> both = random.of(classifier, List.of(other, TEXT), new long[] {4, 5});
        double[] alone = random.of(classifier, List.of(TEXT), new long[] {5}).getFirst().relevance();

        assertThat(both.get(1).relevance()).isEqualTo(alone);
        assertThat(random.of(classifier, List.of(TEXT), new long[] {6}).getFirst().relevance()).isNotEqualTo(alone);
        assertThat(new RandomTextAttribution(4).of(classifier, List.of(TEXT), new long[] {5}).getFirst().relevance())
                .isNotEqualTo(alone);
    }

    @Test
    void relevanceIsThatOfTheExplainer() {
        List<Double> expected = classifier.with(RulePreset.INPUT_X_GRADIENT).explain(TEXT).why().tokens();
        assertThat(LrpTextAttribution.of(RulePreset.INPUT_X_GRADIENT).of(classifier, List.of(TEXT), new long[1])
                .getFirst().relevance()).containsExactly(expected.stream().mapToDouble(Double::doubleValue).toArray());
        List<Double> ruled = classifier.with(RulePreset.DYNAMIC_LRP.table()).explain(TEXT).why().tokens();
        assertThat(
                LrpTextAttribution.of("mine", RulePreset.DYNAMIC_LRP.table()).of(classifier, List.of(TEXT), new long[1])
                        .getFirst().relevance())
                .containsExactly(ruled.stream().mapToDouble(Double::doubleValue).toArray());
    }
}
