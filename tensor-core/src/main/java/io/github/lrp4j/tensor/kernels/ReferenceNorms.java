package io.github.lrp4j.tensor.kernels;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.util.Arrays;

/** Softmax along a dimension; mean and variance over trailing dimensions or per channel; the adjoints. */
final class ReferenceNorms {
    private ReferenceNorms() {
    }

    // ---- softmax ------------------------------------------------------------------------------------------------

    static Tensor softmax(Tensor x, int dim) {
        double[] y = Lanes.of(x, dim).toDoubleArray();
        int length = x.size(dim);
        for (int from = 0; from < y.length; from += length) {
            double max = max(y, from, length);
            double sum = 0;
            for (int i = from; i < from + length; i++) {
                y[i] = Math.exp(y[i] - max);
                sum += y[i];
            }
            for (int i = from; i < from + length; i++) {
                y[i] /= sum;
            }
        }
        return Lanes.restore(y, Operands.realType(x), x.shape(), dim);
    }

    static Tensor softmaxVjp(Tensor y, Tensor g, int dim) {
        Operands.requireSameShape("softmaxVjp", y.shape(), g.shape());
        double[] shares = Lanes.of(y, dim).toDoubleArray();
        double[] upstream = Lanes.of(g, dim).toDoubleArray();
        int length = y.size(dim);
        for (int from = 0; from < shares.length; from += length) {
            double inner = 0;
            for (int i = from; i < from + length; i++) {
                inner += shares[i] * upstream[i];
            }
            for (int i = from; i < from + length; i++) {
                shares[i] *= upstream[i] - inner;
            }
        }
        return Lanes.restore(shares, Operands.realType(y, g), y.shape(), dim);
    }

    static Tensor logSoftmax(Tensor x, int dim) {
        double[] y = Lanes.of(x, dim).toDoubleArray();
        int length = x.size(dim);
        for (int from = 0; from < y.length; from += length) {
            double max = max(y, from, length);
            double sum = 0;
            for (int i = from; i < from + length; i++) {
                sum += Math.exp(y[i] - max);
            }
            double logSum = Math.log(sum);
            for (int i = from; i < from + length; i++) {
                y[i] = y[i] - max - logSum;
            }
        }
        return Lanes.restore(y, Operands.realType(x), x.shape(), dim);
    }

    static Tensor logSoftmaxVjp(Tensor y, Tensor g, int dim) {
        Operands.requireSameShape("logSoftmaxVjp", y.shape(), g.shape());
        double[] logs = Lanes.of(y, dim).toDoubleArray();
        double[] upstream = Lanes.of(g, dim).toDoubleArray();
        int length = y.size(dim);
        for (int from = 0; from < logs.length; from += length) {
            double sum = 0;
            for (int i = from; i < from + length; i++) {
                sum += upstream[i];
            }
            for (int i = from; i < from + length; i++) {
                upstream[i] -= Math.exp(logs[i]) * sum;
            }
        }
        return Lanes.restore(upstream, Operands.realType(y, g), y.shape(), dim);
    }

    private static double max(double[] values, int from, int length) {
        double max = Double.NEGATIVE_INFINITY;
        for (int i = from; i < from + length; i++) {
            max = Math.max(max, values[i]);
        }
        return max;
    }

    // ---- mean and variance --------------------------------------------------------------------------------------

    static Normalized standardize(Tensor x, int firstDim, double eps) {
        Shape statistics = statisticsShape("standardize", x.shape(), firstDim);
        double[] y = x.toDoubleArray();
        double[] mean = new double[statistics.arrayLength()];
        double[] inverseDeviation = new double[mean.length];
        int length = mean.length == 0 ? 0 : y.length / mean.length;
        for (int group = 0; group < mean.length; group++) {
            int from = group * length;
            mean[group] = mean(y, from, length);
            inverseDeviation[group] = 1 / Math.sqrt(variance(y, from, length, mean[group]) + eps);
            for (int i = from; i < from + length; i++) {
                y[i] = (y[i] - mean[group]) * inverseDeviation[group];
            }
        }
        DType type = Operands.realType(x);
        return new Normalized(Tensor.of(y, type, x.shape()), Tensor.of(mean, type, statistics),
                Tensor.of(inverseDeviation, type, statistics));
    }

    static Tensor standardizeVjp(Tensor g, Tensor x, Tensor mean, Tensor inverseDeviation, int firstDim) {
        Operands.requireSameShape("standardizeVjp", g.shape(), x.shape());
        Shape statistics = statisticsShape("standardizeVjp", x.shape(), firstDim);
        Operands.requireSameShape("standardizeVjp statistics", mean.shape(), statistics);
        Operands.requireSameShape("standardizeVjp statistics", inverseDeviation.shape(), statistics);
        double[] adjoint = g.toDoubleArray();
        double[] values = x.toDoubleArray();
        double[] means = mean.toDoubleArray();
        double[] scales = inverseDeviation.toDoubleArray();
        int length = means.length == 0 ? 0 : values.length / means.length;
        for (int group = 0; group < means.length; group++) {
            int from = group * length;
            double sum = 0;
            double inner = 0;
            for (int i = from; i < from + length; i++) {
                values[i] = (values[i] - means[group]) * scales[group];
                sum += adjoint[i];
                inner += adjoint[i] * values[i];
            }
            for (int i = from; i < from + length; i++) {
                adjoint[i] = scales[group] * (adjoint[i] - sum / length - values[i] * inner / length);
            }
        }
        return Tensor.of(adjoint, Operands.realType(g, x), x.shape());
    }

    private static Shape statisticsShape(String kernel, Shape x, int firstDim) {
        if (firstDim < 0 || firstDim > x.rank()) {
            throw new IllegalArgumentException(kernel + ": first dimension " + firstDim + " of " + x);
        }
        int[] sizes = x.toArray();
        Arrays.fill(sizes, firstDim, sizes.length, 1);
        return Shape.of(sizes);
    }

    private static double mean(double[] values, int from, int length) {
        double sum = 0;
        for (int i = from; i < from + length; i++) {
            sum += values[i];
        }
        return sum / length;
    }

    private static double variance(double[] values, int from, int length, double mean) {
        double sum = 0;
        for (int i = from; i < from + length; i++) {
            sum += (values[i] - mean) * (values[i] - mean);
        }
        return sum / length;
    }

    // ---- channels -----------------------------------------------------------------------------------------------

    static Tensor channelAffine(Tensor x, Tensor scale, Tensor shift) {
        requireChannels("channelAffine", x.shape());
        Shape channels = Shape.of(x.size(1));
        if (!scale.shape().equals(channels) || (shift != null && !shift.shape().equals(channels))) {
            throw new IllegalArgumentException(
                    "channelAffine: input " + x.shape() + " needs a scale and shift of " + channels
                            + ", got " + scale.shape() + (shift == null ? "" : " and " + shift.shape()));
        }
        double[] y = x.toDoubleArray();
        double[] scales = scale.toDoubleArray();
        double[] shifts = shift == null ? new double[scales.length] : shift.toDoubleArray();
        int plane = y.length == 0 ? 1 : y.length / (x.size(0) * x.size(1));
        for (int i = 0; i < y.length; i++) {
            int channel = i / plane % scales.length;
            y[i] = y[i] * scales[channel] + shifts[channel];
        }
        DType type = shift == null ? Operands.realType(x, scale) : Operands.realType(x, scale, shift);
        return Tensor.of(y, type, x.shape());
    }

    static Normalized channelStatistics(Tensor x, double eps) {
        requireChannels("channelStatistics", x.shape());
        double[] values = x.transpose(0, 1).toDoubleArray();
        double[] mean = new double[x.size(1)];
        double[] variance = new double[mean.length];
        double[] inverseDeviation = new double[mean.length];
        int length = mean.length == 0 ? 0 : values.length / mean.length;
        for (int c = 0; c < mean.length; c++) {
            mean[c] = mean(values, c * length, length);
            variance[c] = variance(values, c * length, length, mean[c]);
            inverseDeviation[c] = 1 / Math.sqrt(variance[c] + eps);
        }
        Shape channels = Shape.of(mean.length);
        DType type = Operands.realType(x);
        return new Normalized(Tensor.of(variance, type, channels), Tensor.of(mean, type, channels),
                Tensor.of(inverseDeviation, type, channels));
    }

    private static void requireChannels(String kernel, Shape x) {
        if (x.rank() < 2) {
            throw new IllegalArgumentException(kernel + ": input must be [N, C, ...], got " + x);
        }
    }
}
