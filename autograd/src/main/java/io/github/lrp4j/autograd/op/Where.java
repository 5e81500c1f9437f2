package io.github.lrp4j.autograd.op;

import io.github.lrp4j.autograd.Lanes;
import io.github.lrp4j.autograd.Keeps;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.autograd.Selection;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.List;

/**
 * {@code y = condition ? a : b} elementwise, broadcasting.
 *
 * <p>Operands: condition (BOOL), a, b. Adjoint: g to the branch that was taken and 0, not NaN, to the other, whatever that
 * holds; summed over stretched dimensions. The extra is the condition.
 */
public record Where() implements Selection {
    @Override
    public String name() {
        return "where";
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        Masks.require(operands.get(0));
        return Outputs.of(kernels.where(operands.get(0), operands.get(1), operands.get(2)), operands.get(0));
    }

    @Override
    public List<Tensor> replay(Kernels kernels, List<Tensor> operands, List<Tensor> extras) {
        return List.of(kernels.where(extras.get(0), operands.get(1), operands.get(2)));
    }

    @Override
    public Keeps keeps(boolean[] wanted) {
        return Keeps.NOTHING;
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        Kernels kernels = saved.kernels();
        Tensor g = cotangents[0];
        Tensor zero = Tensor.zeros(g.dtype(), Shape.SCALAR);
        return new Tensor[] {
            null,
            wanted[1] ? kernels.sumTo(kernels.where(saved.extra(0), g, zero), saved.operandShape(1)) : null,
            wanted[2] ? kernels.sumTo(kernels.where(saved.extra(0), zero, g), saved.operandShape(2)) : null,
        };
    }

    @Override
    public Tensor[] vjpLanes(int lanes, Saved saved, Tensor[] cotangents, boolean[] wanted) {
        Kernels kernels = saved.kernels();
        Tensor g = cotangents[0];
        Tensor zero = Tensor.zeros(g.dtype(), Shape.SCALAR);
        return new Tensor[] {
            null,
            wanted[1] ? Lanes.sumTo(kernels, kernels.where(saved.extra(0), g, zero), saved.operandShape(1)) : null,
            wanted[2] ? Lanes.sumTo(kernels, kernels.where(saved.extra(0), zero, g), saved.operandShape(2)) : null,
        };
    }
}
