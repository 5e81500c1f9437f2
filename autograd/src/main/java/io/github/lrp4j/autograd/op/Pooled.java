package io.github.lrp4j.autograd.op;

import io.github.lrp4j.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** What a pooling came from. */
final class Pooled {
    private Pooled() {
    }

    /** {@code [N, C, inputSize...]} for an output {@code [N, C, out...]}. */
    static Shape input(Shape output, List<Integer> inputSize) {
        if (output.rank() != inputSize.size() + 2) {
            throw new IllegalArgumentException(
                    "output must be [N, C, " + inputSize.size() + " sizes], output " + output);
        }
        List<Integer> sizes = new ArrayList<>(List.of(output.size(0), output.size(1)));
        sizes.addAll(inputSize);
        return Shape.of(sizes);
    }
}
