package io.github.lrp4j.autograd.op;

import io.github.lrp4j.autograd.Keeps;
import io.github.lrp4j.autograd.Normalization;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.List;

/**
 * {@code y_i = e^(x_i - m) / sum_j e^(x_j - m)} with {@code m = max x}, along {@code dim}.
 *
 * <p>Adjoint: {@code y (g - sum(g y))}. Keeps y. Minus infinity gives probability 0 and takes no gradient; a row of minus
 * infinities, or one with a NaN or plus infinity, is NaN.
 *
 * @param dim dimension, counted from the front
 */
public record Softmax(int dim) implements Normalization {
    /** Checks. */
    public Softmax {
        Dimensions.require("softmax", dim);
    }

    @Override
    public String name() {
        return "softmax";
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        return Outputs.of(kernels.softmax(operands.get(0), operands.get(0).shape().axis(dim)));
    }

    @Override
    public Keeps keeps(boolean[] wanted) {
        return Keeps.OUTPUTS;
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        return new Tensor[] {saved.kernels().softmaxVjp(saved.output(0), cotangents[0], dim)};
    }
}
