package io.github.lrp4j.autograd.op;

import static io.github.lrp4j.tensor.kernels.BinaryFn.DIV;
import static io.github.lrp4j.tensor.kernels.BinaryFn.MUL;

import io.github.lrp4j.autograd.Keeps;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Product;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import java.util.List;

/**
 * {@code y = a / b} elementwise, broadcasting.
 *
 * <p>Adjoint: {@code g / b} to a and {@code -g (a / b) / b} to b, each summed over its stretched dimensions. Keeps b, and a
 * only where b's cotangent is wanted. {@code x / 0} is infinite, {@code 0 / 0} NaN.
 */
public record Div() implements Product {
    @Override
    public String name() {
        return "div";
    }

    @Override
    public Tensor factor(Kernels kernels, int operand, Tensor value) {
        return operand == 0 ? value : kernels.unary(UnaryFn.of(UnaryFn.Kind.RECIPROCAL), value);
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        return Outputs.of(kernels.binary(DIV, operands.get(0), operands.get(1)));
    }

    @Override
    public Keeps keeps(boolean[] wanted) {
        return wanted[1] ? Keeps.operands(0, 1) : wanted[0] ? Keeps.operands(1) : Keeps.NOTHING;
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        Kernels kernels = saved.kernels();
        Tensor g = cotangents[0];
        Tensor[] result = new Tensor[2];
        if (wanted[0]) {
            result[0] = kernels.sumTo(kernels.binary(DIV, g, saved.operand(1)), saved.operandShape(0));
        }
        if (wanted[1]) {
            Tensor b = saved.operand(1);
            Tensor slope = kernels.binary(DIV, kernels.binary(DIV, saved.operand(0), b), b);
            Tensor full = kernels.unary(UnaryFn.of(UnaryFn.Kind.NEG), kernels.binary(MUL, g, slope));
            result[1] = kernels.sumTo(full, saved.operandShape(1));
        }
        return result;
    }
}
