package io.github.lrp4j.autograd.op;

import io.github.lrp4j.autograd.Lanes;
import io.github.lrp4j.autograd.Additive;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.List;

/**
 * {@code y = base} with {@code y[index[i][j]][j] += source[i][j]} (for dim 0); repeated indices accumulate.
 *
 * <p>Operands: base, index (int64) of the shape of source, source. Adjoint: {@code g} to base, g at the index to source. The extra is the index.
 *
 * @param dim dimension that the index counts along, from the front
 */
public record ScatterAdd(int dim) implements Additive {
    /** Checks. */
    public ScatterAdd {
        Dimensions.require("scatter_add", dim);
    }

    @Override
    public String name() {
        return "scatter_add";
    }

    @Override
    public Additive absolute() {
        return this;
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        Tensor index = operands.get(1);
        return Outputs.of(kernels.scatterAdd(operands.get(0), dim, index, operands.get(2)), index);
    }

    @Override
    public List<Tensor> replay(Kernels kernels, List<Tensor> operands, List<Tensor> extras) {
        return List.of(kernels.scatterAdd(operands.get(0), dim, extras.get(0), operands.get(2)));
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        Tensor g = cotangents[0];
        return new Tensor[] {wanted[0] ? g : null, null,
            wanted[2] ? saved.kernels().gather(g, dim, saved.extra(0)) : null};
    }

    @Override
    public Tensor[] vjpLanes(int lanes, Saved saved, Tensor[] cotangents, boolean[] wanted) {
        Tensor index = saved.extra(0);
        Saved inLanes = saved.lanes(lanes).with(List.of(index.expand(Lanes.shape(lanes, index.shape()))));
        return new ScatterAdd(dim + 1).vjp(inLanes, cotangents, wanted);
    }
}
