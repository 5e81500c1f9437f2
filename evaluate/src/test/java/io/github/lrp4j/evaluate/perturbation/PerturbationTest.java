package io.github.lrp4j.evaluate.perturbation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.evaluate.Batch;
import io.github.lrp4j.evaluate.Classifier;
import io.github.lrp4j.evaluate.TinyClassifier;
import io.github.lrp4j.evaluate.attribution.InputXGradient;
import io.github.lrp4j.evaluate.baseline.Baseline;
import io.github.lrp4j.evaluate.baseline.MeanColor;
import io.github.lrp4j.evaluate.baseline.Noise;
import io.github.lrp4j.evaluate.baseline.Zero;
import io.github.lrp4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Perturbation curves are those of a slow replica, and those of a linear classifier are known in closed form. */
class PerturbationTest {
    private static final int[] TARGETS = {1, 0, 2};
    private static final int[] LABELS = {1, 2, 2};

    private final Classifier classifier = TinyClassifier.mlp(1, 2 * 5 * 6, 9, 3);
    private final Batch batch = TinyClassifier.batch(classifier, TinyClassifier.normal(4, 3, 2, 5, 6), TARGETS);

    static Stream<Perturbation> protocols() {
        return Stream.of(
                new Perturbation(Units.pixels(), 4, 7, new Zero()),
                new Perturbation(Units.pixels(), 7, 6, new MeanColor(), true, 3),
                new Perturbation(new Units(2, Units.Pooling.MAX), 1, 9, new Noise(1, 5)),
                new Perturbation(new Units(3, Units.Pooling.SUM), 1, 4, new Zero(), false, 2),
                new Perturbation(new Units(4, Units.Pooling.SUM), 2, 2, new MeanColor(), true, 64));
    }

    /** Relevance with many equal values, so that ties matter, and with both signs. */
    private static Tensor relevance(int channels) {
        double[] values = TinyClassifier.normal(8, 3, channels, 5, 6).toDoubleArray();
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.rint(2 * values[i]);
        }
        return Tensor.of(values, 3, channels, 5, 6);
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void curvesAreThoseOfTheSlowReplica(Perturbation protocol) {
        for (int channels : new int[] {1, 2}) {
            Tensor relevance = relevance(channels);
            List<PictureCurves> got = protocol.curves(batch, relevance, LABELS);
            Tensor replacements = protocol.baseline().of(batch);
            for (int n = 0; n < 3; n++) {
                for (Order order : Order.values()) {
                    List<double[]> want = new SlowCurves(classifier, protocol).logits(batch.inputs().select(0, n),
                            replacements.select(0, n), relevance.select(0, n), order);
                    for (int k = 0; k < want.size(); k++) {
                        double[] logits = want.get(k);
                        double sum = Arrays.stream(logits).map(Math::exp).sum();
                        int target = TARGETS[n];
                        boolean right = Arrays.stream(logits).max().orElseThrow() == logits[LABELS[n]];
                        assertThat(got.get(n).curve(order, Score.LOGIT).get(k))
                                .isCloseTo(logits[target], within(1e-12));
                        assertThat(got.get(n).curve(order, Score.PROBABILITY).get(k))
                                .isCloseTo(Math.exp(logits[target]) / sum, within(1e-12));
                        assertThat(got.get(n).curve(order, Score.ACCURACY).get(k)).isEqualTo(right ? 1 : 0);
                    }
                }
            }
        }
    }

    /** {@code y = w x + b} with zeros put in: what is left of the logit is what the remaining products sum to. */
    @Test
    void curvesOfALinearClassifierAreSumsOfSortedProducts() {
        Tensor weight = TinyClassifier.normal(21, 2, 12);
        Tensor bias = TinyClassifier.normal(22, 2);
        Tensor inputs = TinyClassifier.normal(23, 1, 1, 3, 4);
        Batch one = TinyClassifier.batch(TinyClassifier.linear(weight, bias), inputs, 1);
        double[] products = IntStream.range(0, 12)
                .mapToDouble(i -> weight.at(1, i) * inputs.toDoubleArray()[i]).sorted().toArray();

        PictureCurves curves = new Perturbation(Units.pixels(), 1, 12, new Zero())
                .curves(one, new InputXGradient().of(one)).getFirst();

        double lerfArea = 0;
        double morfArea = 0;
        for (int k = 0; k <= 12; k++) {
            double lerf = bias.at(1) + Arrays.stream(products, k, 12).sum();
            double morf = bias.at(1) + Arrays.stream(products, 0, 12 - k).sum();
            assertThat(curves.curve(Order.LERF, Score.LOGIT).get(k)).isCloseTo(lerf, within(1e-12));
            assertThat(curves.curve(Order.MORF, Score.LOGIT).get(k)).isCloseTo(morf, within(1e-12));
            lerfArea += (k == 0 || k == 12 ? 0.5 : 1) * lerf / 12;
            morfArea += (k == 0 || k == 12 ? 0.5 : 1) * morf / 12;
        }
        // Product number i of 12, counted from 0, stays for i + 1/2 of 12 steps in LeRF and 11 - i + 1/2 in MoRF.
        double between = 0;
        for (int i = 0; i < 12; i++) {
            between += products[i] * (2 * i - 11) / 12;
        }
        Faithfulness all = Faithfulness.of(List.of(curves));
        assertThat(all.estimate(Measure.ABPC, Score.LOGIT, new Confidence(0.95, Confidence.RESAMPLES, 1)).mean())
                .isCloseTo(between, within(1e-12))
                .isCloseTo(lerfArea - morfArea, within(1e-12)).isPositive();
        double logit = bias.at(1) + Arrays.stream(products).sum();
        assertThat(all.estimate(Measure.COMPREHENSIVENESS, Score.LOGIT, new Confidence(0.95, Confidence.RESAMPLES, 1))
                .mean())
                .isCloseTo(logit - morfArea, within(1e-12));
        assertThat(all.estimate(Measure.SUFFICIENCY, Score.LOGIT, new Confidence(0.95, Confidence.RESAMPLES, 1)).mean())
                .isCloseTo(logit - lerfArea, within(1e-12));
        assertThat(all.has(Score.ACCURACY)).isFalse();
        assertThatThrownBy(() -> curves.curve(Order.MORF, Score.ACCURACY)).hasMessage(
                "curves of picture 0: there is none of MoRF and ACCURACY, only [LOGIT, PROBABILITY]");
    }

    /** No order of pixels is better for a linear classifier than that of its products. */
    @Test
    void otherOrdersOfALinearClassifierLieBetween() {
        Batch one = TinyClassifier.batch(TinyClassifier.linear(TinyClassifier.normal(21, 2, 12),
                TinyClassifier.normal(22, 2)), TinyClassifier.normal(23, 1, 1, 3, 4), 1);
        Perturbation protocol = new Perturbation(Units.pixels(), 1, 12, new Zero());
        double best = abpc(protocol.curves(one, new InputXGradient().of(one)));

        for (int seed = 0; seed < 20; seed++) {
            assertThat(abpc(protocol.curves(one, TinyClassifier.normal(seed, 1, 1, 3, 4)))).isBetween(-best, best);
        }
    }

    private static double abpc(List<PictureCurves> curves) {
        return Faithfulness.of(curves)
                .estimate(Measure.ABPC, Score.LOGIT, new Confidence(0.95, Confidence.RESAMPLES, 1)).mean();
    }

    @Test
    void numbersDoNotDependOnWhatIsMeasuredSideBySide() {
        Baseline noise = new Noise(1, 3);
        Perturbation protocol = new Perturbation(Units.pixels(), 4, 7, noise);
        Tensor relevance = relevance(2);
        List<PictureCurves> together = protocol.curves(batch, relevance, LABELS);
        List<PictureCurves> apart = new ArrayList<>();
        for (int n = 2; n >= 0; n--) {
            Batch alone = new Batch(classifier, batch.inputs().slice(0, n, n + 1), new int[] {TARGETS[n]},
                    new long[] {n});
            apart.addAll(protocol.curves(alone, relevance.slice(0, n, n + 1), LABELS[n]));
        }

        assertThat(apart.reversed()).isEqualTo(together);
        assertThat(protocol.withBatch(2).curves(batch, relevance, LABELS)).isEqualTo(together);
        assertThat(Faithfulness.of(apart).curve(Order.LERF, Score.PROBABILITY))
                .isEqualTo(Faithfulness.of(together).curve(Order.LERF, Score.PROBABILITY));
        assertThat(Faithfulness.of(apart).estimate(Measure.ABPC, Score.LOGIT,
                new Confidence(0.95, Confidence.RESAMPLES, 7)))
                .isEqualTo(Faithfulness.of(together).estimate(Measure.ABPC, Score.LOGIT,
                        new Confidence(0.95, Confidence.RESAMPLES, 7)));
    }

    @Test
    void zerosOfBothSignsAreEqualAndNumbersAreRequired() {
        assertThat(Order.MORF.of(new double[] {0.0, -0.0, 1, 0.0})).containsExactly(2, 0, 1, 3);
        assertThat(Order.LERF.of(new double[] {0.0, -0.0, 1, 0.0})).containsExactly(0, 1, 3, 2);
        assertThatThrownBy(() -> Order.MORF.of(new double[] {0, Double.NaN}))
                .hasMessage("MoRF: the relevance of unit 1 is no number");
    }

    @Test
    void whatDoesNotFitIsRefused() {
        Perturbation protocol = new Perturbation(Units.pixels(), 4, 7, new Zero());

        assertThatThrownBy(() -> protocol.curves(batch, TinyClassifier.normal(1, 3, 1, 6, 5))).hasMessage(
                "perturbation: pictures [3, 2, 5, 6] and relevance [3, 1, 6, 5] must be [N, C, H, W] with one N, H and W");
        assertThatThrownBy(() -> protocol.curves(batch, relevance(1), 1, 2))
                .hasMessage("perturbation: 2 labels of 3 pictures; give one for each, or none");
        assertThatThrownBy(() -> new Perturbation(Units.pixels(), 0, 7, new Zero()))
                .hasMessage("perturbation: 0 units per step, 7 steps and batches of 64 must be positive");
    }
}
