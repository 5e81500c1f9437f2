package io.github.lrp4j.autograd.op;

import io.github.lrp4j.autograd.Movement;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.List;

/**
 * {@code y = x[..., index, ...]}: one entry along {@code dim}, which disappears.
 *
 * <p>Adjoint: g at its place in zeros. Shares the numbers.
 *
 * @param dim dimension, counted from the front
 * @param index 0 or more
 */
public record Select(int dim, int index) implements Movement {
    /** Checks. */
    public Select {
        Dimensions.require("select", dim);
    }

    @Override
    public String name() {
        return "select";
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        Tensor x = operands.get(0);
        if (index < 0 || index >= x.size(dim)) {
            throw new IllegalArgumentException("entry " + index + " along dimension " + dim + " of " + x.shape());
        }
        return Outputs.of(x.select(dim, index));
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        int behind = saved.operandShape(0).size(dim) - index - 1;
        return new Tensor[] {Slice.along(saved.kernels(), cotangents[0].unsqueeze(dim), dim, index, behind)};
    }

    @Override
    public Tensor[] vjpLanes(int lanes, Saved saved, Tensor[] cotangents, boolean[] wanted) {
        return new Select(dim + 1, index).vjp(saved.lanes(lanes), cotangents, wanted);
    }
}
