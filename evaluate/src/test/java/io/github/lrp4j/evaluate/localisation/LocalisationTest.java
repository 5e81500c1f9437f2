package io.github.lrp4j.evaluate.localisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.evaluate.TinyClassifier;
import io.github.lrp4j.tensor.Tensor;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The pointing game and the mass inside, against counting by hand. */
class LocalisationTest {
    @Test
    void massAndPointAreThoseOfCounting() {
        Random random = new Random(3);
        int hits = 0;
        for (int trial = 0; trial < 200; trial++) {
            Tensor relevance = TinyClassifier.normal(trial, 2, 4, 6);
            boolean[] mask = new boolean[24];
            int area = 0;
            for (int i = 0; i < 24; i++) {
                mask[i] = random.nextInt(4) == 0;
                area += mask[i] ? 1 : 0;
            }
            int tolerance = trial % 3;
            Localisation got = Localisation.of(relevance, Region.mask(4, 6, mask), tolerance);

            int best = 0;
            double inside = 0;
            double all = 0;
            for (int i = 0; i < 24; i++) {
                double value = relevance.at(0, i / 6, i % 6) + relevance.at(1, i / 6, i % 6);
                double largest = relevance.at(0, best / 6, best % 6) + relevance.at(1, best / 6, best % 6);
                best = value > largest ? i : best;
                if (value > 0) {
                    all += value;
                    inside += mask[i] ? value : 0;
                }
            }
            boolean near = false;
            for (int i = 0; i < 24; i++) {
                near |= mask[i] && Math.hypot(i / 6 - best / 6, i % 6 - best % 6) <= tolerance;
            }
            assertThat(got.hit()).isEqualTo(near);
            assertThat(got.insideMass()).isCloseTo(inside / all, within(1e-12));
            assertThat(got.weightedMass()).isCloseTo(area == 0 ? 0 : inside / all * 24 / area, within(1e-12));
            hits += near ? 1 : 0;
        }
        assertThat(hits).isBetween(20, 180);
    }

    @Test
    void boxesBecomeMasks() {
        Region region = Region.box(4, 5, 1, 2, 3, 4).withBox(3, 0, 4, 1);

        assertThat(region.area()).isEqualTo(5);
        assertThat(region.contains(1, 2)).isTrue();
        assertThat(region.contains(3, 4)).isFalse();
        assertThat(region.contains(3, 0)).isTrue();
        assertThatThrownBy(() -> Region.box(4, 5, 1, 2, 5, 4))
                .hasMessage("region: box [1, 5) x [2, 4) does not lie in a picture of 4 x 5");
        assertThatThrownBy(() -> Region.mask(4, 5, new boolean[19]))
                .hasMessage("region: a mask of 19 pixels for a picture of 4 x 5");
    }

    @Test
    void withoutPositiveRelevanceNothingIsInside() {
        Region region = Region.box(2, 2, 0, 0, 1, 1);
        Tensor negative = Tensor.of(new double[] {-1, -2, -3, -4}, 1, 2, 2);

        assertThat(Localisation.of(negative, region, 0)).isEqualTo(new Localisation(true, 0, 0));
        assertThatThrownBy(() -> Localisation.of(negative.reshape(2, 1, 2), region, 0))
                .hasMessage("localisation: relevance [2, 1, 2] is not [C, H, W] of a picture of 2 x 2");
    }
}
