package io.github.lrp4j.evaluate.perturbation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.evaluate.TinyClassifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Means over pictures, their errors, and the areas under curves. */
class EstimateTest {
    @Test
    void errorsAreThoseOfTheTextbook() {
        Estimate got = new Confidence(0.95, 500, 3).of(new double[] {1, 2, 4, 9});

        // Deviations -3, -2, 0, 5: squares 38, variance 38 / 3, error of the mean sqrt(38 / 12).
        assertThat(got.mean()).isEqualTo(4);
        assertThat(got.standardError()).isCloseTo(Math.sqrt(38 / 12.0), within(1e-12));
        assertThat(got.normal().low()).isCloseTo(4 - 1.96 * Math.sqrt(38 / 12.0), within(1e-4));
        assertThat(got.normal().high()).isCloseTo(4 + 1.96 * Math.sqrt(38 / 12.0), within(1e-4));
        assertThat(got.bootstrap().low()).isBetween(1.0, 3.0);
        assertThat(got.bootstrap().high()).isBetween(5.0, 9.0);
        assertThat(new Confidence(0.95, 10, 3).of(new double[] {7}).standardError()).isZero();
        assertThatThrownBy(() -> new Confidence(0.95, 10, 3).of(new double[0]))
                .hasMessage("estimate: 0 values of 0 inputs; give one at least, and one for each");
        assertThatThrownBy(() -> new Confidence(1, 0, 3))
                .hasMessage("confidence: level 1.0 must lie between 0 and 1, resamples 0 must be at least 1");
    }

    /** Of many normal values both intervals are the same, and 95 of 100 contain the true mean. */
    @Test
    void intervalsContainTheTrueMeanAsOftenAsTheySay() {
        int normal = 0;
        int bootstrap = 0;
        for (int trial = 0; trial < 200; trial++) {
            double[] values = TinyClassifier.normal(1000 + trial, 50).toDoubleArray();
            Estimate got = new Confidence(0.95, 300, trial).of(values);
            normal += got.normal().low() <= 0 && got.normal().high() >= 0 ? 1 : 0;
            bootstrap += got.bootstrap().low() <= 0 && got.bootstrap().high() >= 0 ? 1 : 0;
        }
        assertThat(normal).isBetween(180, 199);
        assertThat(bootstrap).isBetween(178, 199);
    }

    @Test
    void quantilesAreThoseOfTheNormalDistribution() {
        assertThat(quantile(0.95)).isCloseTo(1.959963984540054, within(1e-12));
        assertThat(quantile(0.99)).isCloseTo(2.575829303548901, within(1e-12));
        assertThat(quantile(0.5)).isCloseTo(0.674489750196082, within(1e-12));
        assertThat(quantile(0.999999)).isCloseTo(4.891638475698783, within(1e-9));
    }

    private static double quantile(double level) {
        return new Confidence(level, 1, 1).quantile();
    }

    /** The error of a ratio, and half of its bootstrap interval, are those of many samples drawn anew. */
    @Test
    void theErrorOfARatioIsThatOfItsDraws() {
        Random random = new Random(2);
        int n = 200;
        int trials = 1000;
        double[] ratios = new double[trials];
        double error = 0;
        double half = 0;
        Confidence confidence = new Confidence(0.95, 200, 4);
        for (int t = 0; t < trials; t++) {
            double[] parts = new double[n];
            double[] wholes = new double[n];
            for (int i = 0; i < n; i++) {
                wholes[i] = 2 + random.nextInt(3);
                parts[i] = random.nextInt(3);
            }
            Estimate estimate = confidence.ofRatio(parts, wholes);
            ratios[t] = estimate.mean();
            error += estimate.standardError() / trials;
            half += estimate.bootstrap().half() / trials;
        }
        double mean = Arrays.stream(ratios).average().orElseThrow();
        double spread = Math.sqrt(Arrays.stream(ratios).map(r -> (r - mean) * (r - mean)).sum() / trials);
        assertThat(mean).isCloseTo(1 / 3.0, within(0.003));
        assertThat(error).isCloseTo(spread, within(0.06 * spread));
        assertThat(half).isCloseTo(confidence.quantile() * spread, within(0.08 * spread));
    }

    @Test
    void areasAreThoseOfTrapezoids() {
        assertThat(Measure.area(List.of(3.0, 3.0, 3.0))).isEqualTo(3);
        assertThat(Measure.area(List.of(1.0, 0.0))).isEqualTo(0.5);
        assertThat(Measure.area(List.of(4.0, 2.0, 1.0))).isEqualTo((3 + 1.5) / 2);
        List<Double> morf = List.of(4.0, 2.0, 1.0);
        List<Double> lerf = List.of(4.0, 4.0, 1.0);
        assertThat(Measure.ABPC.of(morf, lerf)).isEqualTo((4 + 2.5) / 2 - (3 + 1.5) / 2);
        assertThat(Measure.COMPREHENSIVENESS.of(morf, lerf)).isEqualTo(4 - 2.25);
        assertThat(Measure.SUFFICIENCY.of(morf, lerf)).isEqualTo(4 - 3.25);
        assertThat(Measure.AUC_MORF.of(morf, lerf)).isEqualTo(2.25);
        assertThat(Measure.AUC_LERF.of(morf, lerf)).isEqualTo(3.25);
        assertThatThrownBy(() -> Measure.area(List.of(1.0))).hasMessage("area: a curve of 1 points has none");
    }

    @Test
    void picturesMustBeDifferentAndOfOneProtocol() {
        PictureCurves three = picture(4, 1.0, 0.5, 0.0);

        assertThatThrownBy(() -> Faithfulness.of(List.of())).hasMessage("faithfulness: there are no pictures");
        assertThatThrownBy(() -> Faithfulness.of(List.of(three, three)))
                .hasMessage("faithfulness: two pictures have the key 4");
        assertThatThrownBy(() -> Faithfulness.of(List.of(three, picture(5, 1.0, 0.0))))
                .hasMessage("faithfulness: curves have 2 lengths; put those of one protocol together");
    }

    private static PictureCurves picture(long key, Double... curve) {
        Map<Score, List<Double>> curves = Map.of(Score.LOGIT, List.of(curve));
        return new PictureCurves(key, 0, -1, Map.of(Order.MORF, curves, Order.LERF, curves));
    }
}
