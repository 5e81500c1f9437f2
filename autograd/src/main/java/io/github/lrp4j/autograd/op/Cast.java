package io.github.lrp4j.autograd.op;

import io.github.lrp4j.autograd.Keeps;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Pointwise;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.List;

/**
 * {@code y = x} as another type.
 *
 * <p>Adjoint: g as the type of x. From a floating type to an integer, nothing flows.
 *
 * @param from type of x
 * @param to type of y
 */
public record Cast(DType from, DType to) implements Pointwise {
    @Override
    public String name() {
        return "cast";
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        if (operands.get(0).dtype() != from) {
            throw new IllegalArgumentException("expects " + from + ", got " + operands.get(0).dtype());
        }
        return Outputs.of(kernels.cast(operands.get(0), to));
    }

    @Override
    public Keeps keeps(boolean[] wanted) {
        return Keeps.NOTHING;
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        return new Tensor[] {saved.kernels().cast(cotangents[0], from)};
    }

    @Override
    public Tensor[] vjpLanes(int lanes, Saved saved, Tensor[] cotangents, boolean[] wanted) {
        return vjp(saved, cotangents, wanted);
    }
}
