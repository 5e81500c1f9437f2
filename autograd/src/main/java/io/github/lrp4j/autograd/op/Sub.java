package io.github.lrp4j.autograd.op;

import static io.github.lrp4j.tensor.kernels.BinaryFn.ADD;
import static io.github.lrp4j.tensor.kernels.BinaryFn.SUB;

import io.github.lrp4j.autograd.Additive;
import io.github.lrp4j.autograd.Lanes;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import java.util.List;
import java.util.Optional;

/**
 * {@code y = a - b}, broadcasting.
 *
 * <p>Adjoint: {@code g} to a and {@code -g} to b, each summed over its stretched dimensions. NaN and infinities as IEEE
 * 754 has them.
 */
public record Sub() implements Additive {
    @Override
    public String name() {
        return "sub";
    }

    @Override
    public Additive absolute() {
        return new Add(1);
    }

    @Override
    public boolean isElementwise() {
        return true;
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        return Outputs.of(kernels.binary(SUB, operands.get(0), operands.get(1)));
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        Kernels kernels = saved.kernels();
        Tensor g = cotangents[0];
        return new Tensor[] {
            wanted[0] ? kernels.sumTo(g, saved.operandShape(0)) : null,
            wanted[1] ? kernels.unary(UnaryFn.of(UnaryFn.Kind.NEG), kernels.sumTo(g, saved.operandShape(1))) : null,
        };
    }

    /** {@code a = y + b}, {@code b = a - y}, unless broadcasting had stretched it. */
    @Override
    public Optional<Tensor> solve(Saved known, int operand) {
        Tensor y = known.output(0);
        if (!known.operandShape(operand).equals(y.shape())) {
            return Optional.empty();
        }
        return Optional.of(operand == 0
                ? known.kernels().binary(ADD, y, known.operand(1))
                : known.kernels().binary(SUB, known.operand(0), y));
    }

    @Override
    public Tensor[] vjpLanes(int lanes, Saved saved, Tensor[] cotangents, boolean[] wanted) {
        Kernels kernels = saved.kernels();
        Tensor g = cotangents[0];
        UnaryFn neg = UnaryFn.of(UnaryFn.Kind.NEG);
        return new Tensor[] {
            wanted[0] ? Lanes.sumTo(kernels, g, saved.operandShape(0)) : null,
            wanted[1] ? kernels.unary(neg, Lanes.sumTo(kernels, g, saved.operandShape(1))) : null,
        };
    }
}
