package io.github.lrp4j.autograd.op;

import io.github.lrp4j.autograd.Keeps;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.autograd.Selection;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.List;

/**
 * {@code y[i] = x[index[i]]} along {@code dim}: whole slices.
 *
 * <p>Operands: x, index (an int64 vector); negative indices count from the end. Adjoint: the slices of g added at their
 * index in zeros. The extra is the index.
 *
 * @param dim dimension, counted from the front
 */
public record IndexSelect(int dim) implements Selection {
    /** Checks. */
    public IndexSelect {
        Dimensions.require("index_select", dim);
    }

    @Override
    public String name() {
        return "index_select";
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        Tensor index = operands.get(1);
        return Outputs.of(kernels.indexSelect(operands.get(0), dim, index), index);
    }

    @Override
    public List<Tensor> replay(Kernels kernels, List<Tensor> operands, List<Tensor> extras) {
        return List.of(kernels.indexSelect(operands.get(0), dim, extras.get(0)));
    }

    @Override
    public Keeps keeps(boolean[] wanted) {
        return Keeps.NOTHING;
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        Tensor g = cotangents[0];
        Tensor zeros = Tensor.zeros(g.dtype(), saved.operandShape(0));
        return new Tensor[] {saved.kernels().indexAdd(zeros, dim, saved.extra(0), g), null};
    }

    @Override
    public Tensor[] vjpLanes(int lanes, Saved saved, Tensor[] cotangents, boolean[] wanted) {
        return new IndexSelect(dim + 1).vjp(saved.lanes(lanes), cotangents, wanted);
    }
}
