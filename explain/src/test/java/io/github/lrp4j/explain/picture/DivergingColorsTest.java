package io.github.lrp4j.explain.picture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DivergingColorsTest {
    private static double lightness(int rgb) {
        return 0.2126 * (rgb >> 16 & 0xff) + 0.7152 * (rgb >> 8 & 0xff) + 0.0722 * (rgb & 0xff);
    }

    @Test
    void zeroIsExactlyWhite() {
        assertThat(DivergingColors.rgb(0.0)).isEqualTo(0xffffff);
        assertThat(DivergingColors.rgb(-0.0)).isEqualTo(0xffffff);
    }

    @Test
    void positiveIsRedAndNegativeIsBlue() {
        for (double size : new double[] {0.1, 0.3, 0.7, 1}) {
            int positive = DivergingColors.rgb(size);
            int negative = DivergingColors.rgb(-size);
            assertThat(positive >> 16 & 0xff).isGreaterThan(positive & 0xff);
            assertThat(negative & 0xff).isGreaterThan(negative >> 16 & 0xff);
        }
    }

    @Test
    void largerMeansDarkerOnBothSides() {
        for (int sign = -1; sign <= 1; sign += 2) {
            for (int i = 1; i <= 100; i++) {
                assertThat(lightness(DivergingColors.rgb(sign * i / 100.0)))
                        .isLessThan(lightness(DivergingColors.rgb(sign * (i - 1) / 100.0)));
            }
        }
    }

    @Test
    void beyondTheEndsNothingChangesAndNaNHasItsOwnColour() {
        assertThat(DivergingColors.rgb(7)).isEqualTo(DivergingColors.rgb(1)).isEqualTo(0x67001f);
        assertThat(DivergingColors.rgb(Double.NEGATIVE_INFINITY)).isEqualTo(DivergingColors.rgb(-1))
                .isEqualTo(0x053061);
        assertThat(DivergingColors.rgb(Double.NaN)).isEqualTo(DivergingColors.NOT_A_NUMBER);
    }

    @Test
    void theGradientOfThePageRunsFromBlueOverWhiteToRed() {
        assertThat(DivergingColors.cssStops().split(", ")).hasSize(11).startsWith("#053061").endsWith("#67001f")
                .satisfies(stops -> assertThat(stops[5]).isEqualTo("#ffffff"));
    }
}
