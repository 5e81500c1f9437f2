package io.github.lrp4j.evaluate.attribution;

import io.github.lrp4j.tensor.Tensor;

/** {@code 1 / K sum_k g_k} of tensors of one shape, taken in float64. */
final class RunningMean {
    private final double[] sums;
    private int count;

    RunningMean(int cells) {
        sums = new double[cells];
    }

    void add(Tensor tensor) {
        double[] cells = tensor.toDoubleArray();
        for (int i = 0; i < sums.length; i++) {
            sums[i] += cells[i];
        }
        count++;
    }

    /** The means, cell by cell. */
    double[] cells() {
        double[] means = new double[sums.length];
        for (int i = 0; i < means.length; i++) {
            means[i] = sums[i] / count;
        }
        return means;
    }

    /** The means, of the shape and type of another tensor. */
    Tensor like(Tensor other) {
        return Tensor.of(cells(), other.dtype(), other.shape());
    }
}
