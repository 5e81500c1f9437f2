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
 * {@code y = mask ? value : x} elementwise, broadcasting.
 *
 * <p>Operands: x, mask (BOOL). Adjoint: g where x was kept and 0 elsewhere. The extra is the mask.
 *
 * @param value what masked cells hold, minus infinity for attention
 */
public record MaskedFill(double value) implements Selection {
    @Override
    public String name() {
        return "masked_fill";
    }

    @Override
    public boolean fills() {
        return true;
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        Masks.require(operands.get(1));
        return Outputs.of(filled(kernels, operands.get(0), operands.get(1)), operands.get(1));
    }

    @Override
    public List<Tensor> replay(Kernels kernels, List<Tensor> operands, List<Tensor> extras) {
        return List.of(filled(kernels, operands.get(0), extras.get(0)));
    }

    private Tensor filled(Kernels kernels, Tensor x, Tensor mask) {
        return kernels.where(mask, Tensor.scalar(value, x.dtype()), x);
    }

    @Override
    public Keeps keeps(boolean[] wanted) {
        return Keeps.NOTHING;
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        Tensor g = cotangents[0];
        Tensor kept = saved.kernels().where(saved.extra(0), Tensor.zeros(g.dtype(), Shape.SCALAR), g);
        return new Tensor[] {saved.kernels().sumTo(kept, saved.operandShape(0)), null};
    }

    @Override
    public Tensor[] vjpLanes(int lanes, Saved saved, Tensor[] cotangents, boolean[] wanted) {
        Tensor g = cotangents[0];
        Tensor kept = saved.kernels().where(saved.extra(0), Tensor.zeros(g.dtype(), Shape.SCALAR), g);
        return new Tensor[] {Lanes.sumTo(saved.kernels(), kept, saved.operandShape(0)), null};
    }
}
