package io.github.lrp4j.autograd.op;

import io.github.lrp4j.autograd.Movement;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.List;

/**
 * {@code y[i] = x[n - 1 - i]} along some dimensions.
 *
 * <p>Adjoint: g flipped.
 *
 * @param dims the dimensions, counted from the front
 */
public record Flip(List<Integer> dims) implements Movement {
    /** Checks and copies. */
    public Flip {
        dims = Dimensions.copy("flip", dims);
    }

    @Override
    public String name() {
        return "flip";
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        return Outputs.of(kernels.flip(operands.get(0), dims));
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        return new Tensor[] {saved.kernels().flip(cotangents[0], dims)};
    }

    @Override
    public Tensor[] vjpLanes(int lanes, Saved saved, Tensor[] cotangents, boolean[] wanted) {
        return new Flip(Dimensions.behindLanes(dims)).vjp(saved.lanes(lanes), cotangents, wanted);
    }
}
