package io.github.lrp4j.evaluate.attribution;

import io.github.lrp4j.evaluate.Attribution;
import io.github.lrp4j.evaluate.Batch;
import io.github.lrp4j.evaluate.baseline.Baseline;
import io.github.lrp4j.evaluate.baseline.Zero;
import io.github.lrp4j.tensor.Tensor;

/**
 * {@code R = (x - x') 1 / K sum_k g(x' + (k + 1/2) / K (x - x'))} with {@code g = d y_t / dx} and a baseline x': the
 * integral of the gradient along the straight line, by the midpoint rule (Sundararajan, Taly, Yan 2017, arXiv
 * 1703.01365).
 *
 * <p>Completeness: {@code sum R = y_t(x) - y_t(x')}, up to the error of the sum, which falls with K squared where the
 * gradient is smooth.
 *
 * @param baseline x'
 * @param steps K
 */
public record IntegratedGradients(Baseline baseline, int steps) implements Attribution {
    /** Checks. */
    public IntegratedGradients {
        if (steps < 1) {
            throw new IllegalArgumentException("integrated gradients: steps " + steps + " must be positive");
        }
    }

    /** From zero, the mean colour of normalised data. */
    public IntegratedGradients(int steps) {
        this(new Zero(), steps);
    }

    @Override
    public String name() {
        return "integrated-gradients";
    }

    @Override
    public Tensor of(Batch batch) {
        double[] inputs = batch.inputs().toDoubleArray();
        double[] starts = baseline.of(batch).toDoubleArray();
        RunningMean gradients = new RunningMean(inputs.length);
        for (int k = 0; k < steps; k++) {
            double share = (k + 0.5) / steps;
            double[] points = new double[inputs.length];
            for (int i = 0; i < points.length; i++) {
                points[i] = starts[i] + share * (inputs[i] - starts[i]);
            }
            gradients.add(batch.gradient(Tensor.of(points, batch.inputs().dtype(), batch.inputs().shape())));
        }
        double[] relevance = gradients.cells();
        for (int i = 0; i < relevance.length; i++) {
            relevance[i] *= inputs[i] - starts[i];
        }
        return Tensor.of(relevance, batch.inputs().dtype(), batch.inputs().shape());
    }
}
