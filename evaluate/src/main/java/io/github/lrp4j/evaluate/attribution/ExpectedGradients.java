package io.github.lrp4j.evaluate.attribution;

import io.github.lrp4j.evaluate.Attribution;
import io.github.lrp4j.evaluate.Batch;
import io.github.lrp4j.tensor.Tensor;
import java.util.SplittableRandom;

/**
 * {@code R = 1 / K sum_k (x + e_k - r_k) g(r_k + a_k (x + e_k - r_k))} with {@code g = d y_t / dx}, a reference r drawn
 * from some pictures, a drawn evenly from [0, 1) and {@code e ~ N(0, noise^2)}: expected gradients (Erion et al. 2021,
 * arXiv 1906.10670), which approximate SHAP values and are known as GradSHAP (Lundberg, Lee 2017, arXiv 1705.07874).
 *
 * <p>In expectation and without noise, {@code sum R = y_t(x) - mean over references of y_t(r)}.
 *
 * @param references {@code [M, ...]}, each of the shape of a sample: a few pictures of the data, or one of a single
 *     colour
 * @param samples K
 * @param noise standard deviation of what is added to the input
 * @param seed of the drawn numbers
 */
public record ExpectedGradients(Tensor references, int samples, double noise, long seed) implements Attribution {
    /** Checks. */
    public ExpectedGradients {
        if (references.rank() < 2 || references.size(0) < 1 || samples < 1 || !(noise >= 0)) {
            throw new IllegalArgumentException("expected gradients: references " + references.shape() + " and samples "
                    + samples + " must be one at least, noise " + noise + " not negative");
        }
    }

    @Override
    public String name() {
        return "expected-gradients";
    }

    @Override
    public Tensor of(Batch batch) {
        Tensor inputs = batch.inputs();
        if (!references.shape().with(0, inputs.size(0)).equals(inputs.shape())) {
            throw new IllegalArgumentException("expected gradients: inputs " + inputs.shape() + " and references "
                    + references.shape() + " differ in more than their number");
        }
        double[] cells = inputs.toDoubleArray();
        double[] pool = references.toDoubleArray();
        int size = cells.length / batch.size();
        SplittableRandom[] randoms = new SplittableRandom[batch.size()];
        for (int n = 0; n < batch.size(); n++) {
            randoms[n] = batch.random(n, seed);
        }
        RunningMean mean = new RunningMean(cells.length);
        double[] points = new double[cells.length];
        double[] ways = new double[cells.length];
        for (int k = 0; k < samples; k++) {
            for (int n = 0; n < batch.size(); n++) {
                int reference = randoms[n].nextInt(references.size(0)) * size;
                double share = randoms[n].nextDouble();
                for (int i = n * size; i < (n + 1) * size; i++) {
                    double start = pool[reference + i - n * size];
                    ways[i] = cells[i] - start + (noise == 0 ? 0 : noise * randoms[n].nextGaussian());
                    points[i] = start + share * ways[i];
                }
            }
            double[] shares = batch.gradient(Tensor.of(points.clone(), inputs.dtype(), inputs.shape()))
                    .toDoubleArray();
            for (int i = 0; i < shares.length; i++) {
                shares[i] *= ways[i];
            }
            mean.add(Tensor.of(shares, inputs.shape()));
        }
        return mean.like(inputs);
    }
}
