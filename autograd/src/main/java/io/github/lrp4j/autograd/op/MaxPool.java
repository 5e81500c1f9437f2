package io.github.lrp4j.autograd.op;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.autograd.Lanes;
import io.github.lrp4j.autograd.Keeps;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.autograd.Selection;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Indexed;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.PoolSpec;
import java.util.List;

/**
 * {@code y = max x} over windows of the spatial dimensions.
 *
 * <p>Shapes {@code [N, C, in...]} to {@code [N, C, out...]}. Adjoint: g at the winner of each window, the first one in
 * row-major order among equals; overlapping windows add up. A NaN in a window wins. The extra is the winners' positions,
 * which replays read again.
 *
 * @param spec window, stride, padding, dilation
 */
public record MaxPool(PoolSpec spec) implements Selection {
    @Override
    public String name() {
        return "max_pool" + spec.spatial() + "d";
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        Indexed winners = kernels.maxPool(operands.get(0), spec);
        return Outputs.of(winners.values(), winners.indices());
    }

    @Override
    public List<Tensor> replay(Kernels kernels, List<Tensor> operands, List<Tensor> extras) {
        return List.of(kernels.planeGather(operands.get(0), extras.get(0)));
    }

    @Override
    public Keeps keeps(boolean[] wanted) {
        return Keeps.NOTHING;
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        return new Tensor[] {saved.kernels().planeScatter(cotangents[0], saved.extra(0), saved.operandShape(0))};
    }

    @Override
    public Tensor[] vjpLanes(int lanes, Saved saved, Tensor[] cotangents, boolean[] wanted) {
        Kernels kernels = saved.kernels();
        Tensor index = saved.extra(0);
        Tensor indices = Lanes.fold(kernels, index.expand(Lanes.shape(lanes, index.shape())));
        Shape shape = saved.operandShape(0);
        Tensor g = kernels.planeScatter(Lanes.fold(kernels, cotangents[0]), indices, Lanes.folded(lanes, shape));
        return new Tensor[] {Lanes.unfold(g, lanes, shape)};
    }
}
