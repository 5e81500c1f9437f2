package io.github.lrp4j.autograd.record;

import io.github.lrp4j.tensor.Tensor;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The order of dimensions in which a tensor's cells lie in its storage one after another. */
final class DenseOrder {
    private DenseOrder() {
    }

    /** Dimensions from the longest stride to the shortest; those of one cell, or stretched from one, come first. */
    static List<Integer> of(Tensor x) {
        return IntStream.range(0, x.rank()).boxed()
                .sorted(Comparator.comparingLong((Integer d) -> single(x, d) ? Long.MIN_VALUE : -x.stride(d)))
                .toList();
    }

    /** Whether, stretched dimensions aside, there is no gap between the cells. */
    static boolean exists(Tensor x) {
        long expected = 1;
        List<Integer> order = of(x);
        for (int i = order.size() - 1; i >= 0 && x.elements() > 0; i--) {
            int d = order.get(i);
            if (!single(x, d)) {
                if (x.stride(d) != expected) {
                    return false;
                }
                expected *= x.size(d);
            }
        }
        return true;
    }

    /** Whether the storage holds one cell along dimension {@code d}. */
    static boolean single(Tensor x, int d) {
        return x.size(d) == 1 || x.stride(d) == 0;
    }
}
