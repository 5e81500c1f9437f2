package io.github.lrp4j.tensor.kernels;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.util.Arrays;

/** {@code softmax(scale q k^T + mask) v} and its adjoint, one query after another. */
final class ReferenceAttention {
    private final AttentionHeads heads;
    private final AttentionSpec spec;
    private final int queries;
    private final int keys;
    private final int width;
    private final int valueWidth;
    private final double[] q;
    private final double[] k;
    private final double[] v;
    private final double[] mask;
    private final boolean added;
    private final int count;

    ReferenceAttention(AttentionHeads heads, AttentionSpec spec) {
        this.heads = heads;
        this.spec = spec;
        queries = heads.queries();
        keys = heads.keys();
        width = heads.q().size(-1);
        valueWidth = heads.v().size(-1);
        q = heads.q().toDoubleArray();
        k = heads.k().toDoubleArray();
        v = heads.v().toDoubleArray();
        Tensor given = heads.mask();
        added = given != null && given.dtype().isFloating();
        mask = given == null
                ? null
                : added ? given.toDoubleArray() : Arrays.stream(given.toLongArray()).asDoubleStream().toArray();
        count = (int) heads.lead().elements();
    }

    /** Scores of query i of head h, minus infinity where it may not attend. */
    private double[] scores(int h, int i) {
        double[] x = new double[keys];
        for (int j = 0; j < keys; j++) {
            double product = 0;
            for (int e = 0; e < width; e++) {
                product += q[(h * queries + i) * width + e] * k[(h * keys + j) * width + e];
            }
            int at = (h * queries + i) * keys + j;
            x[j] = spec.scale() * product + (added ? mask[at] : 0);
            if (spec.causal() && j > i || mask != null && !added && mask[at] == 0) {
                x[j] = Double.NEGATIVE_INFINITY;
            }
        }
        return x;
    }

    private static double logSumExp(double[] x) {
        double max = Double.NEGATIVE_INFINITY;
        for (double value : x) {
            max = Math.max(max, value);
        }
        if (max == Double.NEGATIVE_INFINITY) {
            return max;
        }
        double sum = 0;
        for (double value : x) {
            sum += Math.exp(value - max);
        }
        return max + Math.log(sum);
    }

    private static void toProbabilities(double[] x, double logSumExp) {
        for (int j = 0; j < x.length; j++) {
            x[j] = logSumExp == Double.NEGATIVE_INFINITY ? 0 : Math.exp(x[j] - logSumExp);
        }
    }

    Attended forward() {
        double[] output = new double[Math.multiplyExact(count * queries, valueWidth)];
        double[] statistics = new double[count * queries];
        for (int h = 0; h < count; h++) {
            for (int i = 0; i < queries; i++) {
                int row = h * queries + i;
                double[] p = scores(h, i);
                statistics[row] = logSumExp(p);
                toProbabilities(p, statistics[row]);
                for (int j = 0; j < keys; j++) {
                    for (int e = 0; e < valueWidth; e++) {
                        output[row * valueWidth + e] += p[j] * v[(h * keys + j) * valueWidth + e];
                    }
                }
            }
        }
        DType type = heads.resultType();
        return new Attended(Tensor.of(output, type, heads.outputShape(valueWidth)),
                Tensor.of(statistics, type, heads.outputShape(1)));
    }

    /** With p the probabilities and {@code dp = g v^T}: {@code ds = p (dp - sum p dp)}. */
    Tensor[] vjp(Tensor g, Tensor logSumExp, boolean[] wanted) {
        double[] upstream = g.toDoubleArray();
        double[] statistics = logSumExp.toDoubleArray();
        double[] dq = new double[q.length];
        double[] dk = new double[k.length];
        double[] dv = new double[v.length];
        double[] dmask = new double[wanted[3] ? count * queries * keys : 0];
        for (int h = 0; h < count; h++) {
            for (int i = 0; i < queries; i++) {
                int row = h * queries + i;
                double[] p = scores(h, i);
                toProbabilities(p, statistics[row]);
                double[] slope = new double[keys];
                double mean = 0;
                for (int j = 0; j < keys; j++) {
                    for (int e = 0; e < valueWidth; e++) {
                        dv[(h * keys + j) * valueWidth + e] += p[j] * upstream[row * valueWidth + e];
                        slope[j] += upstream[row * valueWidth + e] * v[(h * keys + j) * valueWidth + e];
                    }
                    mean += p[j] * slope[j];
                }
                for (int j = 0; j < keys; j++) {
                    double ds = p[j] * (slope[j] - mean);
                    if (wanted[3]) {
                        dmask[row * keys + j] = ds;
                    }
                    for (int e = 0; e < width; e++) {
                        dq[row * width + e] += spec.scale() * ds * k[(h * keys + j) * width + e];
                        dk[(h * keys + j) * width + e] += spec.scale() * ds * q[row * width + e];
                    }
                }
            }
        }
        Tensor[] result = new Tensor[4];
        double[][] perHead = {dq, dk, dv, dmask};
        Tensor[] views = {heads.q(), heads.k(), heads.v(), heads.mask()};
        Kernels kernels = new ReferenceKernels();
        DType type = Operands.realType(g, Tensor.zeros(heads.resultType(), Shape.SCALAR));
        for (int i = 0; i < 4; i++) {
            if (wanted[i]) {
                // Summed in float64 and rounded once.
                result[i] = kernels.cast(heads.toOperand(kernels, i, Tensor.of(perHead[i], views[i].shape())), type);
            }
        }
        return result;
    }
}
