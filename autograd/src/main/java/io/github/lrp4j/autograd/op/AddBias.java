package io.github.lrp4j.autograd.op;

import static io.github.lrp4j.tensor.kernels.BinaryFn.ADD;
import static io.github.lrp4j.tensor.kernels.BinaryFn.SUB;

import io.github.lrp4j.autograd.Additive;
import io.github.lrp4j.autograd.Lanes;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.Reduction;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * {@code y[..., c, ...] = x[..., c, ...] + bias[c]}, c counting along {@code dim}.
 *
 * <p>The bias of a linear layer or a convolution, kept apart from the product so that relevance rules can see it. Shapes:
 * x any, bias {@code [x.size(dim)]}. Adjoint: {@code g} to x, g summed over all other dimensions to the bias. NaN and
 * infinities as IEEE 754 has them.
 *
 * @param dim the bias's dimension in x, counted from the front
 */
public record AddBias(int dim) implements Additive {
    /** Checks. */
    public AddBias {
        Dimensions.require("add_bias", dim);
    }

    @Override
    public String name() {
        return "add_bias";
    }

    @Override
    public Additive absolute() {
        return this;
    }

    @Override
    public boolean isElementwise() {
        return true;
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        Tensor x = operands.get(0);
        Tensor bias = operands.get(1);
        if (bias.rank() != 1 || bias.size(0) != x.size(dim)) {
            throw new IllegalArgumentException(
                    "bias must have one number per entry of dimension " + dim + ", input " + x.shape() + ", bias "
                            + bias.shape());
        }
        return Outputs.of(kernels.binary(ADD, x, bias.reshape(broadcastShape(1, bias.shape(), x.shape()))));
    }

    @Override
    public Shape broadcastShape(int i, Shape operand, Shape output) {
        if (i == 0) {
            return operand;
        }
        int[] aligned = new int[output.rank() - dim];
        Arrays.fill(aligned, 1);
        aligned[0] = operand.size(0);
        return Shape.of(aligned);
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        Tensor g = cotangents[0];
        return new Tensor[] {wanted[0] ? g : null, wanted[1] ? sumOfOthers(saved.kernels(), g) : null};
    }

    /** {@code x = y - bias}. */
    @Override
    public Optional<Tensor> solve(Saved known, int operand) {
        if (operand != 0) {
            return Optional.empty();
        }
        Tensor y = known.output(0);
        Shape aligned = broadcastShape(1, known.operandShape(1), y.shape());
        return Optional.of(known.kernels().binary(SUB, y, known.operand(1).reshape(aligned)));
    }

    @Override
    public Tensor[] vjpLanes(int lanes, Saved saved, Tensor[] cotangents, boolean[] wanted) {
        Tensor g = cotangents[0];
        Tensor toBias = null;
        if (wanted[1]) {
            Shape aligned = broadcastShape(1, saved.operandShape(1), saved.operandShape(0));
            toBias = Lanes.sumTo(saved.kernels(), g, aligned).reshape(Lanes.shape(lanes, saved.operandShape(1)));
        }
        return new Tensor[] {wanted[0] ? g : null, toBias};
    }

    private Tensor sumOfOthers(Kernels kernels, Tensor g) {
        List<Integer> others = IntStream.range(0, g.rank()).filter(d -> d != dim).boxed().toList();
        // An empty list would mean all dimensions.
        return others.isEmpty() ? g : kernels.reduce(Reduction.SUM, g, others, false);
    }
}
