package io.github.lrp4j.autograd.op;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.Arrays;

/** Numbers per channel, laid out along the channels of a convolution's weight {@code [A, B / groups, kernel...]}. */
final class WeightChannels {
    private WeightChannels() {
    }

    /** For {@code [A]}, the channels of dimension 0: {@code [A, 1, ...]}. */
    static Tensor first(Tensor perChannel, Shape weight) {
        return perChannel.reshape(trailing(weight, weight.size(0), 1));
    }

    /**
     * For {@code [B]}, the channels of dimension 1: {@code [A, B / groups, 1, ...]}. Row i of the weight belongs to group
     * {@code i / (A / groups)} and sees that group's channels alone.
     */
    static Tensor second(Kernels kernels, Tensor perChannel, Shape weight, int groups) {
        int inGroup = weight.size(1);
        Tensor rows = perChannel.reshape(groups, 1, inGroup)
                .expand(Shape.of(groups, weight.size(0) / groups, inGroup));
        return View.see(kernels, rows, trailing(weight, weight.size(0), inGroup));
    }

    private static Shape trailing(Shape weight, int first, int second) {
        int[] sizes = new int[weight.rank()];
        Arrays.fill(sizes, 1);
        sizes[0] = first;
        sizes[1] = second;
        return Shape.of(sizes);
    }
}
