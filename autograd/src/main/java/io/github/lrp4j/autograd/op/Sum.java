package io.github.lrp4j.autograd.op;

import io.github.lrp4j.autograd.Additive;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.Reduction;
import java.util.List;

/**
 * {@code y = sum x} over some dimensions.
 *
 * <p>Adjoint: g stretched back over them. The sum of nothing is 0; {@code inf - inf} is NaN.
 *
 * @param dims the dimensions, counted from the front; all where empty
 * @param keepDims whether they stay with size 1
 */
public record Sum(List<Integer> dims, boolean keepDims) implements Additive {
    /** Checks and copies. */
    public Sum {
        dims = Dimensions.copy("sum", dims);
    }

    @Override
    public String name() {
        return "sum";
    }

    @Override
    public Additive absolute() {
        return this;
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        return Outputs.of(kernels.reduce(Reduction.SUM, operands.get(0), dims, keepDims));
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        return new Tensor[] {Reduced.stretch(cotangents[0], saved.operandShape(0), dims)};
    }

    @Override
    public Tensor[] vjpLanes(int lanes, Saved saved, Tensor[] cotangents, boolean[] wanted) {
        if (saved.operandShape(0).rank() == 0) {
            return Additive.super.vjpLanes(lanes, saved, cotangents, wanted);
        }
        List<Integer> behind = Dimensions.behindLanes(dims.isEmpty() ? Dimensions.all(saved.operandShape(0)) : dims);
        return new Sum(behind, keepDims).vjp(saved.lanes(lanes), cotangents, wanted);
    }
}
