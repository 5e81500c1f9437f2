package io.github.lrp4j.evaluate.attribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.evaluate.Batch;
import io.github.lrp4j.evaluate.Classifier;
import io.github.lrp4j.evaluate.TinyClassifier;
import io.github.lrp4j.evaluate.baseline.Baseline;
import io.github.lrp4j.evaluate.baseline.MeanColor;
import io.github.lrp4j.evaluate.baseline.Noise;
import io.github.lrp4j.evaluate.baseline.Zero;
import io.github.lrp4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the logit loses without a window. */
class OcclusionTest {
    /** Every window by itself, pixel by pixel. */
    @ParameterizedTest
    @CsvSource({"1, 1, 64", "2, 2, 3", "3, 2, 64", "2, 1, 5", "7, 3, 64"})
    void isTheMeanLossOfTheWindowsThatCoverAPixel(int patch, int stride, int together) {
        Classifier classifier = TinyClassifier.mlp(2, 2 * 5 * 6, 7, 3);
        Batch batch = TinyClassifier.batch(classifier, TinyClassifier.normal(5, 2, 2, 5, 6), 1, 2);
        Baseline noise = new Noise(1, 4);
        Tensor replacement = noise.of(batch);
        Tensor got = new Occlusion(patch, stride, noise, together).of(batch);

        for (int n = 0; n < 2; n++) {
            double[][] sums = new double[5][6];
            double[][] counts = new double[5][6];
            for (int top : starts(5, patch, stride)) {
                for (int left : starts(6, patch, stride)) {
                    double[] cells = new double[60];
                    for (int i = 0; i < 60; i++) {
                        int row = i / 6 % 5;
                        int column = i % 6;
                        boolean covered = row >= top && row < top + patch && column >= left && column < left + patch;
                        cells[i] = (covered ? replacement : batch.inputs()).at(n, i / 30, row, column);
                    }
                    int target = batch.targets()[n];
                    double loss = classifier.logits(batch.inputs()).at(n, target)
                            - classifier.logits(Tensor.of(cells, 1, 2, 5, 6)).at(0, target);
                    for (int row = top; row < Math.min(5, top + patch); row++) {
                        for (int column = left; column < Math.min(6, left + patch); column++) {
                            sums[row][column] += loss;
                            counts[row][column]++;
                        }
                    }
                }
            }
            for (int row = 0; row < 5; row++) {
                for (int column = 0; column < 6; column++) {
                    assertThat(got.at(n, 0, row, column))
                            .isCloseTo(sums[row][column] / counts[row][column], within(1e-12));
                }
            }
        }
    }

    private static List<Integer> starts(int size, int patch, int stride) {
        List<Integer> starts = new ArrayList<>();
        int at = 0;
        while (at + patch < size) {
            starts.add(at);
            at += stride;
        }
        starts.add(Math.max(0, size - patch));
        return starts;
    }

    @Test
    void singlePixelsOfALinearClassifierGiveTheirProducts() {
        Batch one = TinyClassifier.batch(TinyClassifier.linear(TinyClassifier.normal(1, 2, 6),
                TinyClassifier.normal(2, 2)), TinyClassifier.normal(3, 1, 1, 2, 3), 1);

        assertThat(new Occlusion(1, 1, new Zero()).of(one).toDoubleArray())
                .containsExactly(new InputXGradient().of(one).toDoubleArray(), within(1e-12));
        assertThatThrownBy(() -> new Occlusion(2, 3, new MeanColor()))
                .hasMessage("occlusion: stride 3 must be from 1 to the patch 2, batch 64 positive");
    }
}
