package io.github.lrp4j.autograd.op;

import io.github.lrp4j.autograd.Additive;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.List;

/**
 * {@code y = sum g / size} over the windows that hold a cell: the adjoint of {@link AdaptiveAvgPool}.
 *
 * <p>Shapes {@code [N, C, out...]} to {@code [N, C, inputSize...]}. Adjoint: the average pooling to {@code out}. Recorded
 * where a pooling's gradient is itself recorded.
 *
 * @param inputSize size of what is pooled, per spatial dimension
 */
public record AdaptiveAvgPoolAdjoint(List<Integer> inputSize) implements Additive {
    /** Copies. */
    public AdaptiveAvgPoolAdjoint {
        inputSize = List.copyOf(inputSize);
    }

    @Override
    public String name() {
        return "adaptive_avg_pool" + inputSize.size() + "d_adjoint";
    }

    @Override
    public Additive absolute() {
        return this;
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        Tensor g = operands.get(0);
        return Outputs.of(kernels.adaptiveAvgPoolAdjoint(g, Pooled.input(g.shape(), inputSize)));
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        List<Integer> sizes = saved.operandShape(0).toList();
        return new Tensor[] {saved.kernels().adaptiveAvgPool(cotangents[0], sizes.subList(2, sizes.size()))};
    }
}
