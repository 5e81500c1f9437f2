package io.github.lrp4j.autograd.op;

import io.github.lrp4j.autograd.Keeps;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.autograd.Selection;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import java.util.List;

/**
 * {@code y = max(a, b)} (or min) elementwise, broadcasting.
 *
 * <p>Adjoint: g to the winner, half to each where neither wins (equal, or NaN), summed over stretched dimensions. A NaN on
 * either side gives NaN. The extras are the masks where a and where b wins; replays read them again.
 *
 * @param largest max, else min
 */
public record PairwiseExtremum(boolean largest) implements Selection {
    @Override
    public String name() {
        return largest ? "maximum" : "minimum";
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        Tensor a = operands.get(0);
        Tensor b = operands.get(1);
        Tensor above = kernels.cast(kernels.binary(BinaryFn.GREATER, a, b), DType.BOOL);
        Tensor below = kernels.cast(kernels.binary(BinaryFn.GREATER, b, a), DType.BOOL);
        Tensor y = kernels.binary(largest ? BinaryFn.MAXIMUM : BinaryFn.MINIMUM, a, b);
        return largest ? Outputs.of(y, above, below) : Outputs.of(y, below, above);
    }

    @Override
    public List<Tensor> replay(Kernels kernels, List<Tensor> operands, List<Tensor> extras) {
        Tensor a = operands.get(0);
        Tensor b = operands.get(1);
        Tensor middle = kernels.binary(BinaryFn.ADD, half(kernels, a), half(kernels, b));
        return List.of(kernels.where(extras.get(0), a, kernels.where(extras.get(1), b, middle)));
    }

    @Override
    public Keeps keeps(boolean[] wanted) {
        return Keeps.NOTHING;
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        Kernels kernels = saved.kernels();
        Tensor g = cotangents[0];
        Tensor tied = half(kernels, g);
        Tensor nothing = Tensor.zeros(g.dtype(), Shape.SCALAR);
        Tensor[] result = new Tensor[2];
        for (int i = 0; i < 2; i++) {
            if (wanted[i]) {
                Tensor full = kernels.where(saved.extra(i), g, kernels.where(saved.extra(1 - i), nothing, tied));
                result[i] = kernels.sumTo(full, saved.operandShape(i));
            }
        }
        return result;
    }

    private static Tensor half(Kernels kernels, Tensor x) {
        return kernels.unary(new UnaryFn(UnaryFn.Kind.SCALE, 0.5, 0), x);
    }
}
