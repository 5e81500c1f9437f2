package io.github.lrp4j.autograd.op;

import io.github.lrp4j.autograd.Additive;
import io.github.lrp4j.autograd.Lanes;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import java.util.List;
import java.util.Optional;

/**
 * {@code y = a + alpha b}, broadcasting.
 *
 * <p>Adjoint: {@code g} to a and {@code alpha g} to b, each summed over its stretched dimensions. NaN and infinities as
 * IEEE 754 has them.
 *
 * @param alpha factor of the second operand
 */
public record Add(double alpha) implements Additive {
    @Override
    public String name() {
        return "add";
    }

    @Override
    public Additive absolute() {
        return new Add(Math.abs(alpha));
    }

    @Override
    public boolean isElementwise() {
        return true;
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        return Outputs.of(kernels.binary(BinaryFn.ADD, operands.get(0), scaled(kernels, operands.get(1))));
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        Kernels kernels = saved.kernels();
        Tensor g = cotangents[0];
        return new Tensor[] {
            wanted[0] ? kernels.sumTo(g, saved.operandShape(0)) : null,
            wanted[1] ? kernels.sumTo(scaled(kernels, g), saved.operandShape(1)) : null,
        };
    }

    /** {@code a = y - alpha b}, {@code b = (y - a) / alpha}, unless broadcasting had stretched it. */
    @Override
    public Optional<Tensor> solve(Saved known, int operand) {
        Tensor y = known.output(0);
        if (!known.operandShape(operand).equals(y.shape()) || alpha == 0) {
            return Optional.empty();
        }
        Kernels kernels = known.kernels();
        if (operand == 0) {
            return Optional.of(kernels.binary(BinaryFn.SUB, y, scaled(kernels, known.operand(1))));
        }
        Tensor term = kernels.binary(BinaryFn.SUB, y, known.operand(0));
        return Optional.of(alpha == 1 ? term : kernels.unary(new UnaryFn(UnaryFn.Kind.SCALE, 1 / alpha, 0), term));
    }

    @Override
    public Tensor[] vjpLanes(int lanes, Saved saved, Tensor[] cotangents, boolean[] wanted) {
        Kernels kernels = saved.kernels();
        Tensor g = cotangents[0];
        return new Tensor[] {
            wanted[0] ? Lanes.sumTo(kernels, g, saved.operandShape(0)) : null,
            wanted[1] ? Lanes.sumTo(kernels, scaled(kernels, g), saved.operandShape(1)) : null,
        };
    }

    private Tensor scaled(Kernels kernels, Tensor x) {
        return alpha == 1 ? x : kernels.unary(new UnaryFn(UnaryFn.Kind.SCALE, alpha, 0), x);
    }
}
