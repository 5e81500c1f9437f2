package io.github.lrp4j.autograd.op;

import io.github.lrp4j.autograd.Movement;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code [y0; y1; ...] = x}: consecutive parts along {@code dim}, one output each.
 *
 * <p>Adjoint: the cotangents one after another, zeros for an output that got none. Shares the numbers.
 *
 * @param dim dimension, counted from the front
 * @param sizes of the parts; they add up to the size of x
 */
public record Split(int dim, List<Integer> sizes) implements Movement {
    /** Checks and copies. */
    public Split {
        Dimensions.require("split", dim);
        sizes = List.copyOf(sizes);
        if (sizes.isEmpty() || sizes.stream().anyMatch(size -> size < 0)) {
            throw new IllegalArgumentException(
                    "split: sizes " + sizes + " must name at least one part and not be negative");
        }
    }

    @Override
    public String name() {
        return "split";
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        Tensor x = operands.get(0);
        if (sizes.stream().mapToLong(Integer::longValue).sum() != x.size(dim)) {
            throw new IllegalArgumentException(
                    "sizes " + sizes + " do not add up to dimension " + dim + " of the input " + x.shape());
        }
        List<Tensor> parts = new ArrayList<>(sizes.size());
        int from = 0;
        for (int size : sizes) {
            parts.add(x.slice(dim, from, from + size));
            from += size;
        }
        return new Outputs(parts, List.of());
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        DType dtype = Arrived.dtype(cotangents);
        List<Tensor> parts = new ArrayList<>(sizes.size());
        for (int o = 0; o < cotangents.length; o++) {
            parts.add(cotangents[o] != null
                    ? cotangents[o]
                    : Tensor.zeros(dtype, saved.operandShape(0).with(dim, sizes.get(o))));
        }
        return new Tensor[] {saved.kernels().concat(parts, dim)};
    }

    /** Every cell of x is one cell of the outputs: the adjoint is the inverse. */
    @Override
    public Optional<Tensor> solve(Saved known, int operand) {
        return Optional.of(vjp(known, known.outputs(), new boolean[] {true})[0]);
    }

    @Override
    public Tensor[] vjpLanes(int lanes, Saved saved, Tensor[] cotangents, boolean[] wanted) {
        return new Split(dim + 1, sizes).vjp(saved.lanes(lanes), cotangents, wanted);
    }
}
