package io.github.lrp4j.evaluate.baseline;

import io.github.lrp4j.evaluate.Batch;
import io.github.lrp4j.tensor.Tensor;
import java.util.SplittableRandom;

/**
 * {@code x' ~ N(0, deviation^2)} in each cell: of a normalised picture, colours as they are distributed in the data.
 *
 * @param deviation standard deviation
 * @param seed of the drawn numbers
 */
public record Noise(double deviation, long seed) implements Baseline {
    @Override
    public String name() {
        return "noise-" + deviation;
    }

    @Override
    public Tensor of(Batch batch) {
        double[] values = new double[batch.inputs().shape().arrayLength()];
        int size = values.length / batch.size();
        for (int n = 0; n < batch.size(); n++) {
            SplittableRandom random = batch.random(n, seed);
            for (int i = n * size; i < (n + 1) * size; i++) {
                values[i] = deviation * random.nextGaussian();
            }
        }
        return Tensor.of(values, batch.inputs().dtype(), batch.inputs().shape());
    }
}
