package io.github.lrp4j.autograd.op;

import io.github.lrp4j.tensor.Shape;
import java.util.List;
import java.util.stream.IntStream;

/** Dimensions as ops name them: counted from the front, so that equal records are equal functions. */
final class Dimensions {
    private Dimensions() {
    }

    /** Refuses a dimension that counts from the end. */
    static void require(String op, int dim) {
        if (dim < 0) {
            throw new IllegalArgumentException(op + ": dimension " + dim + " must count from the front");
        }
    }

    /** A copy of {@code dims}; refuses those that count from the end. */
    static List<Integer> copy(String op, List<Integer> dims) {
        for (int dim : dims) {
            require(op, dim);
        }
        return List.copyOf(dims);
    }

    /** The same dimensions behind a leading dimension of lanes. */
    static List<Integer> behindLanes(List<Integer> dims) {
        return dims.stream().map(dim -> dim + 1).toList();
    }

    /** All dimensions of a shape. */
    static List<Integer> all(Shape shape) {
        return IntStream.range(0, shape.rank()).boxed().toList();
    }
}
