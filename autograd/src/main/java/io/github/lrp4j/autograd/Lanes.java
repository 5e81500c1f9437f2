package io.github.lrp4j.autograd;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.Reduction;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * {@code [K, ...]}: K independent cotangents (or relevances) of one value, side by side in a leading dimension.
 *
 * <p>One graph has one forward pass; a reverse sweep over lanes carries K starts through it at once. Whatever broadcasts
 * needs no care, because shapes are aligned at the right; what is summed, folded or looped over is here.
 */
public final class Lanes {
    private Lanes() {
    }

    /** {@code [lanes, ...]} in front of a shape. */
    public static Shape shape(int lanes, Shape shape) {
        return shape.inserted(0, lanes);
    }

    /** {@code [K, ...] -> [K, shape...]}: every lane of x summed over the dimensions that broadcasting had stretched. */
    public static Tensor sumTo(Kernels kernels, Tensor x, Shape shape) {
        int lead = x.rank() - 1 - shape.rank();
        List<Integer> dims = IntStream.range(1, x.rank())
                .filter(d -> d <= lead || shape.size(d - 1 - lead) == 1 && x.size(d) != 1).boxed().toList();
        Tensor sum = dims.isEmpty() ? x : kernels.reduce(Reduction.SUM, x, dims, true);
        Shape target = shape(x.size(0), shape);
        return sum.shape().equals(target) ? sum : sum.reshape(target);
    }

    /** {@code [K, N, ...] -> [K N, ...]}: lanes become entries of a batch. */
    public static Tensor fold(Kernels kernels, Tensor x) {
        Shape folded = folded(x.size(0), x.shape().without(0));
        return (x.sharesAs(folded) ? x : kernels.contiguous(x)).reshape(folded);
    }

    /** {@code [K N, ...]} for the shape {@code [N, ...]}. */
    public static Shape folded(int lanes, Shape shape) {
        return shape.with(0, Math.multiplyExact(lanes, shape.size(0)));
    }

    /** {@code [K N, ...] -> [K, N, ...]}, the opposite of {@link #fold}; {@code shape} is {@code [N, ...]}. */
    public static Tensor unfold(Tensor x, int lanes, Shape shape) {
        return x.reshape(shape(lanes, shape));
    }

    /** Lane {@code k} of each tensor; null stays null. */
    public static Tensor[] select(Tensor[] tensors, int k) {
        Tensor[] lane = new Tensor[tensors.length];
        for (int i = 0; i < lane.length; i++) {
            lane[i] = tensors[i] == null ? null : tensors[i].select(0, k);
        }
        return lane;
    }

    /**
     * Runs {@code step} lane by lane and puts its results side by side: right for everything, and the last resort.
     *
     * @param tensors {@code [K, ...]}, null where absent
     * @param step from one lane to its results, null where absent; absent in one lane counts as zeros there
     */
    public static Tensor[] each(Kernels kernels, int lanes, Tensor[] tensors, UnaryOperator<Tensor[]> step) {
        List<Tensor[]> results = new ArrayList<>(lanes);
        for (int k = 0; k < lanes; k++) {
            results.add(step.apply(select(tensors, k)));
        }
        return stack(kernels, results);
    }

    /** The results of all lanes side by side: {@code result[i] = [results[0][i], results[1][i], ...]}. */
    public static Tensor[] stack(Kernels kernels, List<Tensor[]> results) {
        Tensor[] stacked = new Tensor[results.get(0).length];
        for (int i = 0; i < stacked.length; i++) {
            int operand = i;
            Tensor some = results.stream().map(r -> r[operand]).filter(r -> r != null).findFirst().orElse(null);
            if (some != null) {
                List<Tensor> parts = new ArrayList<>(results.size());
                for (Tensor[] result : results) {
                    Tensor part = result[i] == null ? Tensor.zeros(some.dtype(), some.shape()) : result[i];
                    parts.add(part.unsqueeze(0));
                }
                stacked[i] = kernels.concat(parts, 0);
            }
        }
        return stacked;
    }
}
