package io.github.lrp4j.autograd.op;

import io.github.lrp4j.autograd.Additive;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.PoolSpec;
import java.util.List;

/**
 * {@code y = sum g / divisor} over the windows that hold a cell: the adjoint of {@link AvgPool}.
 *
 * <p>Shapes {@code [N, C, out...]} to {@code [N, C, inputSize...]}. Adjoint: the average pooling. Recorded where a pooling's
 * gradient is itself recorded.
 *
 * @param spec window, stride, padding
 * @param inputSize size of what is pooled, per spatial dimension
 */
public record AvgPoolAdjoint(PoolSpec spec, List<Integer> inputSize) implements Additive {
    /** Copies. */
    public AvgPoolAdjoint {
        inputSize = List.copyOf(inputSize);
    }

    @Override
    public String name() {
        return "avg_pool" + spec.spatial() + "d_adjoint";
    }

    @Override
    public Additive absolute() {
        return this;
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        Tensor g = operands.get(0);
        Shape pooled = Pooled.input(g.shape(), inputSize);
        if (!spec.outputShape(pooled).equals(g.shape())) {
            throw new IllegalArgumentException("pooling " + pooled + " does not give " + g.shape());
        }
        return Outputs.of(kernels.avgPoolAdjoint(g, pooled, spec));
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        return new Tensor[] {saved.kernels().avgPool(cotangents[0], spec)};
    }
}
