package io.github.lrp4j.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ConfidenceTest {
    @Test
    void quantilesAsTablesHaveThem() {
        assertThat(new Confidence(0.95).quantile()).isCloseTo(1.959963984540054, within(1e-12));
        assertThat(new Confidence(0.99).quantile()).isCloseTo(2.575829303548901, within(1e-12));
        assertThat(new Confidence(0.5).quantile()).isCloseTo(0.674489750196082, within(1e-12));
        assertThat(new Confidence(0.999999).quantile()).isCloseTo(4.891638475698783, within(1e-9));
    }

    @Test
    void meanErrorAndInterval() {
        Measured measured = new Confidence(0.95).of("m", "s", "x", new double[] {1, 2, 6});
        assertThat(measured.mean()).isEqualTo(3);
        assertThat(measured.error()).isCloseTo(Math.sqrt(7 / 3.0), within(1e-12));
        assertThat(measured.high() - measured.mean()).isCloseTo(1.959963984540054 * Math.sqrt(7 / 3.0), within(1e-11));
        assertThat(new Confidence(0.9).of("m", "", "x", new double[] {4}).error()).isZero();
    }

    /** The error of a ratio is that of many samples drawn anew. */
    @Test
    void theErrorOfARatioIsThatOfItsDraws() {
        Random random = new Random(2);
        int n = 200;
        int trials = 2000;
        double[] ratios = new double[trials];
        double error = 0;
        for (int t = 0; t < trials; t++) {
            double[] parts = new double[n];
            double[] wholes = new double[n];
            for (int i = 0; i < n; i++) {
                wholes[i] = 2 + random.nextInt(3);
                parts[i] = random.nextInt(3);
            }
            Measured measured = new Confidence(0.95).ofRatio("m", "iou", parts, wholes);
            ratios[t] = measured.mean();
            error += measured.error() / trials;
        }
        double mean = java.util.Arrays.stream(ratios).average().orElseThrow();
        double spread = Math.sqrt(java.util.Arrays.stream(ratios).map(r -> (r - mean) * (r - mean)).sum() / trials);
        assertThat(mean).isCloseTo(1 / 3.0, within(0.003));
        assertThat(error).isCloseTo(spread, within(0.05 * spread));
    }

    @Test
    void timesInWords() {
        assertThat(Pace.inWords(59.6)).isEqualTo("1:00");
        assertThat(Pace.inWords(3)).isEqualTo("0:03");
        assertThat(Pace.inWords(7384)).isEqualTo("2:03:04");
    }

    @Test
    void gammasAreReadFromNames() {
        assertThat(GammaName.parse("dynamic-lrp-gamma:130:0.001"))
                .contains(new GammaName(GammaName.Preset.DYNAMIC_LRP_GAMMA, 130, 0.001));
        assertThat(GammaName.parse("attn-lrp-gamma:1e2:1e-3"))
                .contains(new GammaName(GammaName.Preset.ATTN_LRP_GAMMA, 100, 0.001));
        assertThat(GammaName.parse("dynamic-lrp-gamma:1")).isEmpty();
        assertThat(GammaName.parse("dynamic-lrp:1:2")).isEmpty();
    }
}
