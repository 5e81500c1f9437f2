package io.github.lrp4j.autograd.op;

import io.github.lrp4j.autograd.Movement;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code y_i = x[..., i, ...]}: every entry along {@code dim}, which disappears, as an output of its own.
 *
 * <p>Adjoint: the cotangents along that dimension, zeros for an output that got none. Shares the numbers.
 *
 * @param dim dimension of at least one entry, counted from the front
 */
public record Unbind(int dim) implements Movement {
    /** Checks. */
    public Unbind {
        Dimensions.require("unbind", dim);
    }

    @Override
    public String name() {
        return "unbind";
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        Tensor x = operands.get(0);
        if (x.size(dim) == 0) {
            throw new IllegalArgumentException("nothing along dimension " + dim + " of " + x.shape());
        }
        List<Tensor> entries = new ArrayList<>(x.size(dim));
        for (int i = 0; i < x.size(dim); i++) {
            entries.add(x.select(dim, i));
        }
        return new Outputs(entries, List.of());
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        DType dtype = Arrived.dtype(cotangents);
        Shape entry = saved.operandShape(0).with(dim, 1);
        List<Tensor> entries = new ArrayList<>(cotangents.length);
        for (Tensor cotangent : cotangents) {
            entries.add(cotangent == null ? Tensor.zeros(dtype, entry) : cotangent.unsqueeze(dim));
        }
        return new Tensor[] {saved.kernels().concat(entries, dim)};
    }

    /** Every cell of x is one cell of the outputs: the adjoint is the inverse. */
    @Override
    public Optional<Tensor> solve(Saved known, int operand) {
        return Optional.of(vjp(known, known.outputs(), new boolean[] {true})[0]);
    }

    @Override
    public Tensor[] vjpLanes(int lanes, Saved saved, Tensor[] cotangents, boolean[] wanted) {
        return new Unbind(dim + 1).vjp(saved.lanes(lanes), cotangents, wanted);
    }
}
