package io.github.lrp4j.autograd.op;

import io.github.lrp4j.autograd.Additive;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.List;

/**
 * {@code y = base} with {@code y[index[i]] += source[i]} along {@code dim}; repeated indices accumulate.
 *
 * <p>Operands: base, index (an int64 vector, one entry per slice of source), source. Adjoint: {@code g} to base, g at the index to source. The extra is the index.
 *
 * @param dim dimension that the index counts along, from the front
 */
public record IndexAdd(int dim) implements Additive {
    /** Checks. */
    public IndexAdd {
        Dimensions.require("index_add", dim);
    }

    @Override
    public String name() {
        return "index_add";
    }

    @Override
    public Additive absolute() {
        return this;
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        Tensor index = operands.get(1);
        return Outputs.of(kernels.indexAdd(operands.get(0), dim, index, operands.get(2)), index);
    }

    @Override
    public List<Tensor> replay(Kernels kernels, List<Tensor> operands, List<Tensor> extras) {
        return List.of(kernels.indexAdd(operands.get(0), dim, extras.get(0), operands.get(2)));
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        Tensor g = cotangents[0];
        return new Tensor[] {wanted[0] ? g : null, null,
            wanted[2] ? saved.kernels().indexSelect(g, dim, saved.extra(0)) : null};
    }

    @Override
    public Tensor[] vjpLanes(int lanes, Saved saved, Tensor[] cotangents, boolean[] wanted) {
        return new IndexAdd(dim + 1).vjp(saved.lanes(lanes), cotangents, wanted);
    }
}
