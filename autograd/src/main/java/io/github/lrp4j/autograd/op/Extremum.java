package io.github.lrp4j.autograd.op;

import io.github.lrp4j.autograd.Lanes;
import io.github.lrp4j.autograd.Keeps;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.autograd.Selection;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Indexed;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.List;

/**
 * {@code y = max x} (or min) along one dimension.
 *
 * <p>Adjoint: g at the winner, the first one among equals; a NaN wins. The extra is the winners' positions, of the shape
 * that keeps the dimension; replays read them again.
 *
 * @param dim dimension of at least one entry, counted from the front
 * @param largest max, else min
 * @param keepDim whether the dimension stays with size 1
 */
public record Extremum(int dim, boolean largest, boolean keepDim) implements Selection {
    /** Checks. */
    public Extremum {
        Dimensions.require(largest ? "max" : "min", dim);
    }

    @Override
    public String name() {
        return largest ? "max" : "min";
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        Tensor x = operands.get(0);
        if (x.size(dim) == 0) {
            throw new IllegalArgumentException("nothing along dimension " + dim + " of " + x.shape());
        }
        Indexed winners = kernels.extremum(x, dim, largest);
        Tensor values = keepDim ? winners.values().unsqueeze(dim) : winners.values();
        return Outputs.of(values, winners.indices().unsqueeze(dim));
    }

    @Override
    public List<Tensor> replay(Kernels kernels, List<Tensor> operands, List<Tensor> extras) {
        Tensor values = kernels.gather(operands.get(0), dim, extras.get(0));
        return List.of(keepDim ? values : values.select(dim, 0));
    }

    @Override
    public Keeps keeps(boolean[] wanted) {
        return Keeps.NOTHING;
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        Tensor g = keepDim ? cotangents[0] : cotangents[0].unsqueeze(dim);
        Tensor zeros = Tensor.zeros(g.dtype(), saved.operandShape(0));
        return new Tensor[] {saved.kernels().scatterAdd(zeros, dim, saved.extra(0), g)};
    }

    @Override
    public Tensor[] vjpLanes(int lanes, Saved saved, Tensor[] cotangents, boolean[] wanted) {
        Tensor index = saved.extra(0);
        Saved inLanes = saved.lanes(lanes).with(List.of(index.expand(Lanes.shape(lanes, index.shape()))));
        return new Extremum(dim + 1, largest, keepDim).vjp(inLanes, cotangents, wanted);
    }
}
