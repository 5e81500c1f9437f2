package io.github.lrp4j.autograd.op;

import io.github.lrp4j.autograd.Keeps;
import io.github.lrp4j.autograd.Normalization;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.List;

/**
 * {@code y_i = x_i - m - ln sum_j e^(x_j - m)} with {@code m = max x}, along {@code dim}.
 *
 * <p>Adjoint: {@code g - e^y sum(g)}. Keeps y. Minus infinity stays; a row of minus infinities is NaN.
 *
 * @param dim dimension, counted from the front
 */
public record LogSoftmax(int dim) implements Normalization {
    /** Checks. */
    public LogSoftmax {
        Dimensions.require("log_softmax", dim);
    }

    @Override
    public String name() {
        return "log_softmax";
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        return Outputs.of(kernels.logSoftmax(operands.get(0), operands.get(0).shape().axis(dim)));
    }

    @Override
    public Keeps keeps(boolean[] wanted) {
        return Keeps.OUTPUTS;
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        return new Tensor[] {saved.kernels().logSoftmaxVjp(saved.output(0), cotangents[0], dim)};
    }
}
