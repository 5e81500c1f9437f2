package io.github.lrp4j.autograd.op;

import io.github.lrp4j.autograd.Movement;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.List;

/**
 * {@code y = [x0; x1; ...]} one after another along {@code dim}.
 *
 * <p>All other sizes agree. Adjoint: to each operand its part of g.
 *
 * @param dim dimension, counted from the front
 */
public record Cat(int dim) implements Movement {
    /** Checks. */
    public Cat {
        Dimensions.require("cat", dim);
    }

    @Override
    public String name() {
        return "cat";
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        for (Tensor operand : operands) {
            if (operand.rank() != operands.get(0).rank()) {
                throw new IllegalArgumentException(
                        "ranks differ, first " + operands.get(0).shape() + ", other " + operand.shape());
            }
        }
        return Outputs.of(kernels.concat(operands, dim));
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        Tensor[] result = new Tensor[wanted.length];
        int from = 0;
        for (int i = 0; i < wanted.length; i++) {
            int to = from + saved.operandShape(i).size(dim);
            result[i] = wanted[i] ? cotangents[0].slice(dim, from, to) : null;
            from = to;
        }
        return result;
    }

    @Override
    public Tensor[] vjpLanes(int lanes, Saved saved, Tensor[] cotangents, boolean[] wanted) {
        return new Cat(dim + 1).vjp(saved.lanes(lanes), cotangents, wanted);
    }
}
