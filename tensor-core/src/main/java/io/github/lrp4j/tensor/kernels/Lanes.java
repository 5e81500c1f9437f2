package io.github.lrp4j.tensor.kernels;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.util.List;

/** A tensor as lanes: views in which the dimensions of interest come last, so that each lane is a run of the array. */
final class Lanes {
    private Lanes() {
    }

    /** {@code x} with {@code dims} moved to the end; the order is otherwise kept. */
    static Tensor of(Tensor x, List<Integer> dims) {
        boolean[] moved = new boolean[x.rank()];
        for (int dim : dims) {
            moved[x.shape().axis(dim)] = true;
        }
        int[] order = new int[x.rank()];
        int next = 0;
        for (boolean last : new boolean[] {false, true}) {
            for (int d = 0; d < moved.length; d++) {
                if (moved[d] == last) {
                    order[next++] = d;
                }
            }
        }
        return x.permute(order);
    }

    /** {@code x} with dimension {@code dim} moved to the end. */
    static Tensor of(Tensor x, int dim) {
        return of(x, List.of(dim));
    }

    /** The inverse of {@link #of(Tensor, int)}: lanes of {@code shape} along {@code dim}, as a contiguous tensor. */
    static Tensor restore(double[] lanes, DType dtype, Shape shape, int dim) {
        int axis = shape.axis(dim);
        int length = shape.size(axis);
        int[] order = new int[shape.rank()];
        for (int d = 0; d < order.length; d++) {
            order[d] = d < axis ? d : d == axis ? order.length - 1 : d - 1;
        }
        Shape moved = shape.without(axis).inserted(-1, length);
        return Tensor.of(lanes, dtype, moved).permute(order).contiguous();
    }
}
