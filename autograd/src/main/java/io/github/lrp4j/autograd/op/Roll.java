package io.github.lrp4j.autograd.op;

import io.github.lrp4j.autograd.Movement;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.List;

/**
 * {@code y[(i + shift) mod n] = x[i]} along some dimensions.
 *
 * <p>Adjoint: g rolled back.
 *
 * @param shifts how far, per entry of {@code dims}; may be negative
 * @param dims the dimensions, counted from the front
 */
public record Roll(List<Integer> shifts, List<Integer> dims) implements Movement {
    /** Checks and copies. */
    public Roll {
        shifts = List.copyOf(shifts);
        dims = Dimensions.copy("roll", dims);
        if (shifts.size() != dims.size()) {
            throw new IllegalArgumentException(
                    "roll: one shift per dimension, shifts " + shifts + ", dimensions " + dims);
        }
    }

    @Override
    public String name() {
        return "roll";
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        return Outputs.of(rolled(kernels, operands.get(0), 1));
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        return new Tensor[] {rolled(saved.kernels(), cotangents[0], -1)};
    }

    @Override
    public Tensor[] vjpLanes(int lanes, Saved saved, Tensor[] cotangents, boolean[] wanted) {
        return new Roll(shifts, Dimensions.behindLanes(dims)).vjp(saved.lanes(lanes), cotangents, wanted);
    }

    private Tensor rolled(Kernels kernels, Tensor x, int sign) {
        Tensor y = x;
        for (int d = 0; d < dims.size(); d++) {
            int dim = dims.get(d);
            int size = y.size(dim);
            int cut = size == 0 ? 0 : Math.floorMod(-sign * shifts.get(d), size);
            if (cut > 0) {
                y = kernels.concat(List.of(y.slice(dim, cut, size), y.slice(dim, 0, cut)), dim);
            }
        }
        return y;
    }
}
