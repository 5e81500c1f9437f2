package io.github.lrp4j.autograd.expr;

import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.autograd.op.PairwiseExtremum;
import io.github.lrp4j.autograd.op.SharedExtremum;
import io.github.lrp4j.tensor.Tensor;
import java.util.List;

/** Largest and smallest values beside {@link Value#max} and {@link Value#min}. */
public final class Extrema {
    private Extrema() {
    }

    /** The larger of two elementwise, broadcasting; equals share the gradient. */
    public static Value maximum(Value a, Value b) {
        return a.tape().apply(new PairwiseExtremum(true), a, b);
    }

    /** The smaller of two elementwise, broadcasting; equals share the gradient. */
    public static Value minimum(Value a, Value b) {
        return a.tape().apply(new PairwiseExtremum(false), a, b);
    }

    /** Largest value over {@code dims} (all where empty); equals share the gradient. */
    public static Value max(Value x, List<Integer> dims, boolean keepDims) {
        return shared(x, dims, true, keepDims);
    }

    /** Smallest value over {@code dims} (all where empty); equals share the gradient. */
    public static Value min(Value x, List<Integer> dims, boolean keepDims) {
        return shared(x, dims, false, keepDims);
    }

    private static Value shared(Value x, List<Integer> dims, boolean largest, boolean keepDims) {
        List<Integer> axes = dims.stream().map(dim -> x.axis(largest ? "amax" : "amin", dim)).toList();
        return x.tape().apply(new SharedExtremum(axes, largest, keepDims), x);
    }

    /** Position (int64) of the first largest number along {@code dim}, which disappears; NaN wins. */
    public static Tensor argMax(Value x, int dim) {
        return x.tape().kernels().extremum(x.tensor(), x.axis("argmax", dim), true).indices();
    }

    /** Position (int64) of the first smallest number along {@code dim}, which disappears; NaN wins. */
    public static Tensor argMin(Value x, int dim) {
        return x.tape().kernels().extremum(x.tensor(), x.axis("argmin", dim), false).indices();
    }
}
