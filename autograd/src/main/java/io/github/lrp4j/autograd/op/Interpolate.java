package io.github.lrp4j.autograd.op;

import io.github.lrp4j.autograd.Movement;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.Resampling;
import java.util.List;

/**
 * {@code y_i = sum_t w_it x[cell_it]} per spatial dimension: nearest, linear and cubic interpolation.
 *
 * <p>Shapes {@code [N, C, in...]} to {@code [N, C, size...]}. Adjoint: g times the same weights, added to the same cells.
 * The weights of an output sum to 1, so that the adjoint conserves.
 *
 * @param spec which cells with which weights
 */
public record Interpolate(Resampling spec) implements Movement {
    @Override
    public String name() {
        return "interpolate";
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        return Outputs.of(kernels.interpolate(operands.get(0), spec));
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        return new Tensor[] {saved.kernels().interpolateAdjoint(cotangents[0], saved.operandShape(0), spec)};
    }
}
