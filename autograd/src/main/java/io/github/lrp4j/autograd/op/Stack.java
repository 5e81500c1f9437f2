package io.github.lrp4j.autograd.op;

import io.github.lrp4j.autograd.Movement;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.List;

/**
 * {@code y[..., i, ...] = x_i}: operands of one shape along a new dimension.
 *
 * <p>Adjoint: to each operand its entry of g.
 *
 * @param dim position of the new dimension, counted from the front
 */
public record Stack(int dim) implements Movement {
    /** Checks. */
    public Stack {
        Dimensions.require("stack", dim);
    }

    @Override
    public String name() {
        return "stack";
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        for (Tensor operand : operands) {
            if (!operand.shape().equals(operands.get(0).shape())) {
                throw new IllegalArgumentException(
                        "shapes differ, first " + operands.get(0).shape() + ", other " + operand.shape());
            }
        }
        return Outputs.of(kernels.concat(operands.stream().map(x -> x.unsqueeze(dim)).toList(), dim));
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        Tensor[] result = new Tensor[wanted.length];
        for (int i = 0; i < wanted.length; i++) {
            result[i] = wanted[i] ? cotangents[0].select(dim, i) : null;
        }
        return result;
    }

    @Override
    public Tensor[] vjpLanes(int lanes, Saved saved, Tensor[] cotangents, boolean[] wanted) {
        return new Stack(dim + 1).vjp(saved.lanes(lanes), cotangents, wanted);
    }
}
