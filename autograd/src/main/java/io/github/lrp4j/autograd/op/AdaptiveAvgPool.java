package io.github.lrp4j.autograd.op;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.autograd.Lanes;
import io.github.lrp4j.autograd.Movement;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.List;

/**
 * {@code y[i] = mean x[floor(i in / out) .. ceil((i + 1) in / out) - 1]} per spatial dimension: average pooling to a given
 * size.
 *
 * <p>Shapes {@code [N, C, in...]} to {@code [N, C, outputSize...]}. Adjoint: g divided by the window's size, added to each
 * of its cells; windows may overlap.
 *
 * @param outputSize size per spatial dimension
 */
public record AdaptiveAvgPool(List<Integer> outputSize) implements Movement {
    /** Checks and copies. */
    public AdaptiveAvgPool {
        outputSize = List.copyOf(outputSize);
        if (outputSize.isEmpty() || outputSize.stream().anyMatch(size -> size < 1)) {
            throw new IllegalArgumentException("adaptive_avg_pool: output size " + outputSize + " must be positive");
        }
    }

    @Override
    public String name() {
        return "adaptive_avg_pool" + outputSize.size() + "d";
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        Tensor x = operands.get(0);
        if (x.rank() != outputSize.size() + 2) {
            throw new IllegalArgumentException(
                    "input must be [N, C, " + outputSize.size() + " sizes], input " + x.shape() + ", output size "
                            + outputSize);
        }
        return Outputs.of(kernels.adaptiveAvgPool(x, outputSize));
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        return new Tensor[] {saved.kernels().adaptiveAvgPoolAdjoint(cotangents[0], saved.operandShape(0))};
    }

    @Override
    public Tensor[] vjpLanes(int lanes, Saved saved, Tensor[] cotangents, boolean[] wanted) {
        Shape shape = saved.operandShape(0);
        Tensor g = Lanes.fold(saved.kernels(), cotangents[0]);
        return new Tensor[] {
            Lanes.unfold(saved.kernels().adaptiveAvgPoolAdjoint(g, Lanes.folded(lanes, shape)), lanes, shape)};
    }
}
