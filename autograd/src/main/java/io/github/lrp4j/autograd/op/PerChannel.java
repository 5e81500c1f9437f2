package io.github.lrp4j.autograd.op;

import java.util.Arrays;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.Reduction;
import java.util.List;
import java.util.stream.IntStream;

/** One number per channel, dimension 1 of {@code [N, C, ...]}. */
final class PerChannel {
    private PerChannel() {
    }

    /** Sum over all dimensions but the channels: {@code [C]}. */
    static Tensor sum(Kernels kernels, Tensor x) {
        return kernels.reduce(Reduction.SUM, x, IntStream.range(0, x.rank()).filter(d -> d != 1).boxed().toList(),
                false);
    }

    /** Numbers per channel in a shape that broadcasts against {@code [N, C, ...]}. */
    static Tensor aligned(Tensor perChannel, Shape x) {
        int[] sizes = new int[x.rank() - 1];
        Arrays.fill(sizes, 1);
        sizes[0] = perChannel.size(0);
        return perChannel.reshape(sizes);
    }

    /** Checks that x has channels and that each of {@code vectors} has one number for each. */
    static void require(Tensor x, List<Tensor> vectors) {
        if (x.rank() < 2) {
            throw new IllegalArgumentException("input must be [N, C, ...], got " + x.shape());
        }
        for (Tensor vector : vectors) {
            if (vector.rank() != 1 || vector.size(0) != x.size(1)) {
                throw new IllegalArgumentException(
                        "needs one number per channel, input " + x.shape() + ", got " + vector.shape());
            }
        }
    }
}
