package io.github.lrp4j.autograd.op;

import io.github.lrp4j.autograd.Movement;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * {@code y[i] = x[start + step i]} along {@code dim}, up to but not including {@code end}.
 *
 * <p>Adjoint: g at its places in zeros. Shares the numbers.
 *
 * @param dim dimension, counted from the front
 * @param start first index, 0 or more
 * @param end index behind the last, at most the size
 * @param step distance, positive
 */
public record Slice(int dim, int start, int end, int step) implements Movement {
    /** Checks. */
    public Slice {
        Dimensions.require("slice", dim);
    }

    @Override
    public String name() {
        return "slice";
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        Tensor x = operands.get(0);
        if (start < 0 || start > end || end > x.size(dim)) {
            throw new IllegalArgumentException(
                    "entries " + start + " to " + end + " along dimension " + dim + " of " + x.shape());
        }
        return Outputs.of(x.slice(dim, start, end, step));
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        Tensor g = cotangents[0];
        Shape shape = saved.operandShape(0);
        if (step > 1) {
            // Zeros behind every entry: [.., n, ..] seen as [.., n, 1, ..], padded to [.., n, step, ..].
            Tensor apart = along(saved.kernels(), g.unsqueeze(dim + 1), dim + 1, 0, step - 1);
            g = apart.reshape(g.shape().with(dim, g.size(dim) * step));
        }
        return new Tensor[] {along(saved.kernels(), g, dim, start, shape.size(dim) - start - g.size(dim))};
    }

    @Override
    public Tensor[] vjpLanes(int lanes, Saved saved, Tensor[] cotangents, boolean[] wanted) {
        return new Slice(dim + 1, start, end, step).vjp(saved.lanes(lanes), cotangents, wanted);
    }

    /** x with zeros before and after along one dimension; a negative number crops. */
    static Tensor along(Kernels kernels, Tensor x, int dim, int before, int after) {
        if (before == 0 && after == 0) {
            return x;
        }
        List<Integer> none = Collections.nCopies(x.rank(), 0);
        List<Integer> front = new ArrayList<>(none);
        List<Integer> back = new ArrayList<>(none);
        front.set(dim, before);
        back.set(dim, after);
        return kernels.pad(x, front, back, 0);
    }
}
