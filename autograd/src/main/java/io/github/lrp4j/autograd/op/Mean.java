package io.github.lrp4j.autograd.op;

import io.github.lrp4j.autograd.Additive;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.Reduction;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import java.util.List;

/**
 * {@code y = (1 / n) sum x} over some dimensions with n cells together.
 *
 * <p>Adjoint: {@code g / n} stretched back over them. The mean of nothing is NaN.
 *
 * @param dims the dimensions, counted from the front; all where empty
 * @param keepDims whether they stay with size 1
 */
public record Mean(List<Integer> dims, boolean keepDims) implements Additive {
    /** Checks and copies. */
    public Mean {
        dims = Dimensions.copy("mean", dims);
    }

    @Override
    public String name() {
        return "mean";
    }

    @Override
    public Additive absolute() {
        return this;
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        return Outputs.of(kernels.reduce(Reduction.MEAN, operands.get(0), dims, keepDims));
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        Shape shape = saved.operandShape(0);
        double weight = (double) cotangents[0].elements() / shape.elements();
        Tensor g = saved.kernels().unary(new UnaryFn(UnaryFn.Kind.SCALE, weight, 0), cotangents[0]);
        return new Tensor[] {Reduced.stretch(g, shape, dims)};
    }

    @Override
    public Tensor[] vjpLanes(int lanes, Saved saved, Tensor[] cotangents, boolean[] wanted) {
        if (saved.operandShape(0).rank() == 0) {
            return Additive.super.vjpLanes(lanes, saved, cotangents, wanted);
        }
        List<Integer> behind = Dimensions.behindLanes(dims.isEmpty() ? Dimensions.all(saved.operandShape(0)) : dims);
        return new Mean(behind, keepDims).vjp(saved.lanes(lanes), cotangents, wanted);
    }
}
