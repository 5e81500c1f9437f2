package io.github.lrp4j.autograd.op;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.autograd.Lanes;
import io.github.lrp4j.autograd.Movement;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.PoolSpec;
import java.util.List;

/**
 * {@code y = mean x} over windows of the spatial dimensions.
 *
 * <p>Shapes {@code [N, C, in...]} to {@code [N, C, out...]}. Adjoint: g divided by the window's divisor, added to each of
 * its cells. Padded cells count in the divisor if the specification says so.
 *
 * @param spec window, stride, padding
 */
public record AvgPool(PoolSpec spec) implements Movement {
    @Override
    public String name() {
        return "avg_pool" + spec.spatial() + "d";
    }

    @Override
    public boolean fills() {
        return spec.countIncludePad() && spec.padding().stream().anyMatch(cells -> cells > 0);
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        return Outputs.of(kernels.avgPool(operands.get(0), spec));
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        return new Tensor[] {saved.kernels().avgPoolAdjoint(cotangents[0], saved.operandShape(0), spec)};
    }

    @Override
    public Tensor[] vjpLanes(int lanes, Saved saved, Tensor[] cotangents, boolean[] wanted) {
        Shape shape = saved.operandShape(0);
        Tensor g = Lanes.fold(saved.kernels(), cotangents[0]);
        return new Tensor[] {
            Lanes.unfold(saved.kernels().avgPoolAdjoint(g, Lanes.folded(lanes, shape), spec), lanes, shape)};
    }
}
