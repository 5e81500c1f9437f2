package io.github.lrp4j.evaluate.attribution;

import io.github.lrp4j.evaluate.Attribution;
import io.github.lrp4j.evaluate.Batch;
import io.github.lrp4j.tensor.Tensor;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * {@code R = 1 / K sum_k g(x + e_k)} with {@code g = d y_t / dx} and {@code e_k ~ N(0, (noise (max x - min x))^2)}
 * (Smilkov et al. 2017, arXiv 1706.03825).
 *
 * @param samples K
 * @param noise standard deviation as a share of the range of each input; the paper uses 0.1 to 0.2
 * @param seed of the drawn numbers
 */
public record SmoothGrad(int samples, double noise, long seed) implements Attribution {
    /** Checks. */
    public SmoothGrad {
        if (samples < 1 || !(noise >= 0)) {
            throw new IllegalArgumentException(
                    "smoothgrad: samples " + samples + " must be positive, noise " + noise + " not negative");
        }
    }

    @Override
    public String name() {
        return "smoothgrad";
    }

    @Override
    public Tensor of(Batch batch) {
        double[] inputs = batch.inputs().toDoubleArray();
        int size = inputs.length / batch.size();
        double[] deviations = new double[batch.size()];
        SplittableRandom[] randoms = new SplittableRandom[batch.size()];
        for (int n = 0; n < batch.size(); n++) {
            double[] input = Arrays.copyOfRange(inputs, n * size, (n + 1) * size);
            deviations[n] = noise
                    * (Arrays.stream(input).max().orElseThrow() - Arrays.stream(input).min().orElseThrow());
            randoms[n] = batch.random(n, seed);
        }
        RunningMean mean = new RunningMean(inputs.length);
        for (int k = 0; k < samples; k++) {
            double[] noisy = inputs.clone();
            for (int i = 0; i < noisy.length; i++) {
                noisy[i] += deviations[i / size] * randoms[i / size].nextGaussian();
            }
            mean.add(batch.gradient(Tensor.of(noisy, batch.inputs().dtype(), batch.inputs().shape())));
        }
        return mean.like(batch.inputs());
    }
}
