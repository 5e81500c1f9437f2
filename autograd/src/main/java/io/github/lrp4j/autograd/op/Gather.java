package io.github.lrp4j.autograd.op;

import io.github.lrp4j.autograd.Lanes;
import io.github.lrp4j.autograd.Keeps;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.autograd.Selection;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.List;

/**
 * {@code y[i][j] = x[index[i][j]][j]} (for dim 0).
 *
 * <p>Operands: x, index (int64) of the same rank, no larger than x in the other dimensions; y has its shape. Negative
 * indices count from the end. Adjoint: g added at its index in zeros. The extra is the index.
 *
 * @param dim dimension that the index counts along, from the front
 */
public record Gather(int dim) implements Selection {
    /** Checks. */
    public Gather {
        Dimensions.require("gather", dim);
    }

    @Override
    public String name() {
        return "gather";
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        Tensor index = operands.get(1);
        return Outputs.of(kernels.gather(operands.get(0), dim, index), index);
    }

    @Override
    public List<Tensor> replay(Kernels kernels, List<Tensor> operands, List<Tensor> extras) {
        return List.of(kernels.gather(operands.get(0), dim, extras.get(0)));
    }

    @Override
    public Keeps keeps(boolean[] wanted) {
        return Keeps.NOTHING;
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        Tensor g = cotangents[0];
        Tensor zeros = Tensor.zeros(g.dtype(), saved.operandShape(0));
        return new Tensor[] {saved.kernels().scatterAdd(zeros, dim, saved.extra(0), g), null};
    }

    @Override
    public Tensor[] vjpLanes(int lanes, Saved saved, Tensor[] cotangents, boolean[] wanted) {
        Tensor index = saved.extra(0);
        Saved inLanes = saved.lanes(lanes).with(List.of(index.expand(Lanes.shape(lanes, index.shape()))));
        return new Gather(dim + 1).vjp(inLanes, cotangents, wanted);
    }
}
