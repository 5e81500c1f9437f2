package io.github.lrp4j.autograd.op;

import static io.github.lrp4j.tensor.kernels.BinaryFn.DIV;
import static io.github.lrp4j.tensor.kernels.BinaryFn.EQUAL;
import static io.github.lrp4j.tensor.kernels.BinaryFn.MUL;

import io.github.lrp4j.autograd.Keeps;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.autograd.Selection;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.Reduction;
import java.util.List;

/**
 * {@code y = max x} (or min) over some dimensions, shared by all winners.
 *
 * <p>Adjoint: g divided evenly among the cells that equal the extremum. A NaN wins the value and makes the gradient NaN.
 * The extra is the mask of the winners; a replay averages what they hold then.
 *
 * @param dims the dimensions, counted from the front; all where empty
 * @param largest max, else min
 * @param keepDims whether they stay with size 1
 */
public record SharedExtremum(List<Integer> dims, boolean largest, boolean keepDims) implements Selection {
    /** Checks and copies. */
    public SharedExtremum {
        dims = Dimensions.copy(largest ? "amax" : "amin", dims);
    }

    @Override
    public String name() {
        return largest ? "amax" : "amin";
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        Tensor x = operands.get(0);
        Tensor y = kernels.reduce(largest ? Reduction.MAX : Reduction.MIN, x, dims, true);
        Tensor winners = kernels.cast(kernels.binary(EQUAL, x, y), DType.BOOL);
        return Outputs.of(y.reshape(x.shape().reduced(dims, keepDims)), winners);
    }

    @Override
    public List<Tensor> replay(Kernels kernels, List<Tensor> operands, List<Tensor> extras) {
        Tensor x = operands.get(0);
        Tensor won = kernels.where(extras.get(0), x, Tensor.zeros(x.dtype(), Shape.SCALAR));
        Tensor sum = kernels.reduce(Reduction.SUM, won, dims, keepDims);
        Tensor count = count(kernels, extras.get(0), x.dtype());
        return List.of(kernels.binary(DIV, sum, count.reshape(sum.shape())));
    }

    @Override
    public Keeps keeps(boolean[] wanted) {
        return Keeps.NOTHING;
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        Kernels kernels = saved.kernels();
        Tensor g = Reduced.restore(cotangents[0], saved.operandShape(0), dims);
        Tensor share = kernels.binary(DIV, g, count(kernels, saved.extra(0), g.dtype()));
        return new Tensor[] {kernels.binary(MUL, kernels.cast(saved.extra(0), g.dtype()), share)};
    }

    /** Winners per result, dimensions kept; 0 where a NaN won. */
    private Tensor count(Kernels kernels, Tensor winners, DType dtype) {
        return kernels.reduce(Reduction.SUM, kernels.cast(winners, dtype), dims, true);
    }
}
