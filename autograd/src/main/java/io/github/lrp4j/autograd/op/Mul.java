package io.github.lrp4j.autograd.op;

import static io.github.lrp4j.tensor.kernels.BinaryFn.MUL;

import io.github.lrp4j.autograd.Lanes;
import io.github.lrp4j.autograd.Keeps;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Product;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.List;

/**
 * {@code y = a b} elementwise, broadcasting.
 *
 * <p>Adjoint: {@code g b} to a and {@code g a} to b, each summed over its stretched dimensions. Keeps the factor that the
 * other's cotangent needs. NaN and infinities as IEEE 754 has them; {@code 0 * inf} is NaN.
 */
public record Mul() implements Product {
    @Override
    public String name() {
        return "mul";
    }

    @Override
    public Tensor factor(Kernels kernels, int operand, Tensor value) {
        return value;
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        return Outputs.of(kernels.binary(MUL, operands.get(0), operands.get(1)));
    }

    @Override
    public Keeps keeps(boolean[] wanted) {
        if (wanted[0] && wanted[1]) {
            return Keeps.operands(0, 1);
        }
        return wanted[0] ? Keeps.operands(1) : wanted[1] ? Keeps.operands(0) : Keeps.NOTHING;
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        Tensor[] result = new Tensor[2];
        for (int i = 0; i < 2; i++) {
            if (wanted[i]) {
                Tensor full = saved.kernels().binary(MUL, cotangents[0], saved.operand(1 - i));
                result[i] = saved.kernels().sumTo(full, saved.operandShape(i));
            }
        }
        return result;
    }

    @Override
    public Tensor[] vjpLanes(int lanes, Saved saved, Tensor[] cotangents, boolean[] wanted) {
        Tensor[] result = new Tensor[2];
        for (int i = 0; i < 2; i++) {
            if (wanted[i]) {
                Tensor full = saved.kernels().binary(MUL, cotangents[0], saved.operand(1 - i));
                result[i] = Lanes.sumTo(saved.kernels(), full, saved.operandShape(i));
            }
        }
        return result;
    }
}
