package io.github.lrp4j.autograd.op;

import io.github.lrp4j.autograd.Additive;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.List;

/**
 * {@code y_i = sum_{j <= i} x_j} along {@code dim}.
 *
 * <p>Adjoint: the same sums of g from the other end.
 *
 * @param dim dimension, counted from the front
 */
public record CumSum(int dim) implements Additive {
    /** Checks. */
    public CumSum {
        Dimensions.require("cumsum", dim);
    }

    @Override
    public String name() {
        return "cumsum";
    }

    @Override
    public Additive absolute() {
        return this;
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        return Outputs.of(kernels.cumulativeSum(operands.get(0), dim, false));
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        return new Tensor[] {saved.kernels().cumulativeSum(cotangents[0], dim, true)};
    }

    @Override
    public Tensor[] vjpLanes(int lanes, Saved saved, Tensor[] cotangents, boolean[] wanted) {
        return new CumSum(dim + 1).vjp(saved.lanes(lanes), cotangents, wanted);
    }
}
