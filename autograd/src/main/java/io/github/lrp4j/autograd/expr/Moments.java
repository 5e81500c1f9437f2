package io.github.lrp4j.autograd.expr;

import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.autograd.op.SharedExtremum;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.List;

/** Variance, norm and other summaries, written with ops. Dimension lists mean all dimensions where empty. */
public final class Moments {
    private Moments() {
    }

    /**
     * {@code sum (x - mean)^2 / (n - correction)} over {@code dims}.
     *
     * @param correction 1 for the unbiased estimate, 0 for the biased one; NaN where n is not larger than 1 allows
     */
    public static Value variance(Value x, List<Integer> dims, boolean keepDims, int correction) {
        Value squares = x.sub(x.mean(dims, true)).square().sum(dims, keepDims);
        double n = (double) x.tensor().elements() / squares.tensor().elements();
        return squares.scale(1 / Math.max(0, n - correction));
    }

    /** Root of the {@link #variance}. */
    public static Value deviation(Value x, List<Integer> dims, boolean keepDims, int correction) {
        return variance(x, dims, keepDims, correction).sqrt();
    }

    /** {@code sqrt(sum x^2)} over {@code dims}; its gradient at 0 is 0. */
    public static Value norm(Value x, List<Integer> dims, boolean keepDims) {
        Value squares = x.square().sum(dims, keepDims);
        Kernels kernels = x.tape().kernels();
        Tensor zero =
                kernels.binary(BinaryFn.EQUAL, squares.tensor(), Tensor.zeros(squares.tensor().dtype(), Shape.SCALAR));
        Value none = x.tape().constant(kernels.cast(zero, DType.BOOL));
        return squares.maskedFill(none, 1).sqrt().maskedFill(none, 0);
    }

    /** {@code x / max(norm(x), eps)} along {@code dim}. */
    public static Value normalized(Value x, int dim, double eps) {
        return x.div(norm(x, List.of(dim), true).clamp(eps, Double.POSITIVE_INFINITY));
    }

    /** {@code m + ln sum e^(x - m)} with {@code m = max x} over {@code dims}; minus infinity where all of x is. */
    public static Value logSumExp(Value x, List<Integer> dims, boolean keepDims) {
        List<Integer> axes = dims.stream().map(dim -> x.axis("logsumexp", dim)).toList();
        Tensor max =
                new SharedExtremum(axes, true, true).forward(x.tape().kernels(), List.of(x.tensor())).values().get(0);
        // An infinite maximum would make inf - inf; without a shift the sum is right there.
        double[] shift = max.toDoubleArray();
        for (int i = 0; i < shift.length; i++) {
            shift[i] = Double.isInfinite(shift[i]) ? 0 : shift[i];
        }
        Tensor finite = Tensor.of(shift, max.dtype(), max.shape());
        Value kept = x.sub(x.tape().constant(finite)).exp().sum(axes, keepDims).log();
        return kept.add(x.tape().constant(finite.reshape(kept.shape())));
    }
}
