package io.github.lrp4j.autograd.op;

import io.github.lrp4j.autograd.Lanes;
import io.github.lrp4j.autograd.Movement;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.List;

/**
 * {@code y = x} broadcast: sizes of 1 stretch, new dimensions appear at the front.
 *
 * <p>Adjoint: g summed over the stretched dimensions. Shares the numbers.
 *
 * @param shape shape of y
 */
public record Expand(Shape shape) implements Movement {
    @Override
    public String name() {
        return "expand";
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        return Outputs.of(operands.get(0).expand(shape));
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        return new Tensor[] {saved.kernels().sumTo(cotangents[0], saved.operandShape(0))};
    }

    @Override
    public Tensor[] vjpLanes(int lanes, Saved saved, Tensor[] cotangents, boolean[] wanted) {
        return new Tensor[] {Lanes.sumTo(saved.kernels(), cotangents[0], saved.operandShape(0))};
    }
}
