package io.github.lrp4j.evaluate.sanity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.evaluate.Attribution;
import io.github.lrp4j.evaluate.Batch;
import io.github.lrp4j.evaluate.Classifier;
import io.github.lrp4j.evaluate.TinyClassifier;
import io.github.lrp4j.evaluate.attribution.InputXGradient;
import io.github.lrp4j.evaluate.attribution.LrpAttribution;
import io.github.lrp4j.evaluate.attribution.RandomRelevance;
import io.github.lrp4j.lrp.Presets;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.zoo.ModelFacts;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.image.ImagePreprocessing;
import io.github.lrp4j.zoo.vision.Vgg;
import io.github.lrp4j.zoo.vision.VggConfig;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Sanity checks pass what is sane and catch what is not. */
class SanityTest {
    private final Network network = Vgg.of("vgg",
            ModelFacts.unnamed(new ImagePreprocessing(8, 8, List.of(0.0), List.of(1.0)), 3),
            new VggConfig(1, VggConfig.steps("4 M 6 M"), false, 1, 1, List.of(8), 3, 0),
            Weights.initialized(new Random(4))).to(DType.F64);
    private final Classifier classifier = Classifier.of(network, new ReferenceKernels());
    private final Batch batch = TinyClassifier.batch(classifier, TinyClassifier.normal(5, 3, 1, 8, 8), 0, 2, 1);

    /** Of values without ties: {@code 1 - 6 sum d^2 / (n (n^2 - 1))}; with ties, by counting. */
    @Test
    void rankCorrelationIsThatOfTheTextbook() {
        double[] a = {3, 1, 4, 1.5, 9, 2.6};
        double[] b = {2, 7, 1, 8, 2.8, 1.8};
        // Ranks of a: 4 1 5 2 6 3; of b: 3 5 1 6 4 2. Differences 1 -4 4 -4 2 1: squares 54.
        assertThat(RankCorrelation.of(a, b)).isCloseTo(1 - 6 * 54 / (6 * 35.0), within(1e-12));
        assertThat(RankCorrelation.of(a, a)).isCloseTo(1, within(1e-12));
        assertThat(RankCorrelation.of(a, new double[] {-3, -1, -4, -1.5, -9, -2.6})).isCloseTo(-1, within(1e-12));
        double[] tied = {1, 2, 2, 0.0, -0.0, 2};
        assertThat(RankCorrelation.of(tied, a)).isCloseTo(byCounting(tied, a), within(1e-12));
        assertThat(RankCorrelation.of(new double[] {1, 1}, new double[] {1, 2})).isNaN();
        assertThatThrownBy(() -> RankCorrelation.of(a, new double[2])).hasMessage(
                "rank correlation: 6 and 2 values; give as many on both sides, two at least");
    }

    private static double byCounting(double[] a, double[] b) {
        double[] x = Arrays.stream(a).map(value -> rank(a, value)).toArray();
        double[] y = Arrays.stream(b).map(value -> rank(b, value)).toArray();
        double mx = Arrays.stream(x).average().orElseThrow();
        double my = Arrays.stream(y).average().orElseThrow();
        double xy = 0;
        double xx = 0;
        double yy = 0;
        for (int i = 0; i < x.length; i++) {
            xy += (x[i] - mx) * (y[i] - my);
            xx += Math.pow(x[i] - mx, 2);
            yy += Math.pow(y[i] - my, 2);
        }
        return xy / Math.sqrt(xx * yy);
    }

    private static double rank(double[] all, double value) {
        double below = Arrays.stream(all).filter(other -> other < value).count();
        double equal = Arrays.stream(all).filter(other -> other == value).count();
        return below + (equal + 1) / 2;
    }

    @Test
    void randomisationChangesWhatDependsOnTheWeights() {
        List<ParameterRandomization.Stage> stages =
                new ParameterRandomization(3).cascade(network, new InputXGradient(), batch);

        assertThat(stages.stream().map(ParameterRandomization.Stage::module))
                .containsExactly("", "classifier.3", "classifier.0", "features.3", "features.0");
        assertThat(stages.getFirst().correlations()).hasSize(3)
                .allSatisfy(correlation -> assertThat(correlation).isCloseTo(1, within(1e-12)));
        assertThat(stages.getLast().correlations())
                .allSatisfy(correlation -> assertThat(Math.abs(correlation)).isLessThan(0.7));
        assertThat(stages).isEqualTo(new ParameterRandomization(3).cascade(network, new InputXGradient(), batch))
                .isNotEqualTo(new ParameterRandomization(4).cascade(network, new InputXGradient(), batch));
        assertThat(network.parameters().values()).allSatisfy(
                weight -> assertThat(weight.toDoubleArray()).doesNotContain(Double.NaN));
    }

    /** What never looks at the network stays as it is: the check is there to say so. */
    @Test
    void randomisationExposesWhatIgnoresTheWeights() {
        List<ParameterRandomization.Stage> stages =
                new ParameterRandomization(3).cascade(network, new RandomRelevance(2), batch);

        assertThat(stages).allSatisfy(stage -> {
            assertThat(stage.correlations()).containsOnly(stages.getFirst().correlations().getFirst());
            assertThat(stage.absolute()).allSatisfy(of -> assertThat(of).isCloseTo(1, within(1e-12)));
        });
    }

    /** Without biases epsilon conserves; a gradient does not sum to 1. */
    @Test
    void relevanceAddsUpWhereARuleConserves() {
        Tensor weight = TinyClassifier.normal(6, 3, 64);
        Classifier linear = new Classifier(input -> input.reshape(3, 64)
                .linear(input.tape().parameter("w", weight), null), new ReferenceKernels());
        Batch of = TinyClassifier.batch(linear, batch.inputs(), 0, 2, 1);

        for (Completeness each : Completeness.of(of, new LrpAttribution("lrp", Presets.dynamicLrp()).of(of))) {
            assertThat(each.lostOfOne()).isLessThan(1e-9);
            assertThat(each.size()).isGreaterThanOrEqualTo(Math.abs(each.sum()));
        }
        for (Completeness each : Completeness.of(of, new InputXGradient().of(of))) {
            assertThat(each.sum()).isCloseTo(each.logit(), within(1e-9));
        }
    }

    @Test
    void whatIsRepeatedIsTheSame() {
        Repeatability good = Repeatability.of(new InputXGradient(), batch);
        AtomicInteger calls = new AtomicInteger();
        Repeatability bad = Repeatability.of(new Attribution() {
            @Override
            public String name() {
                return "different each time";
            }

            @Override
            public Tensor of(Batch batch) {
                return TinyClassifier.normal(calls.incrementAndGet(), batch.size(), 1, 8, 8);
            }
        }, batch);

        assertThat(good.bitwise()).isTrue();
        assertThat(good.largestDifference()).isLessThan(1e-12);
        assertThat(bad.bitwise()).isFalse();
        assertThat(bad.largestDifference()).isGreaterThan(0.1);
    }
}
