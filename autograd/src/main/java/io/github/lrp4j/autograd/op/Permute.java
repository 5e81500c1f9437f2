package io.github.lrp4j.autograd.op;

import io.github.lrp4j.autograd.Movement;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * {@code y} has dimension {@code order[i]} of x as dimension i: transpose, permute.
 *
 * <p>Adjoint: the inverse order. Shares the numbers.
 *
 * @param order every dimension of x once, counted from the front
 */
public record Permute(List<Integer> order) implements Movement {
    /** Checks and copies. */
    public Permute {
        order = Dimensions.copy("permute", order);
    }

    @Override
    public String name() {
        return "permute";
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        return Outputs.of(operands.get(0).permute(order.stream().mapToInt(Integer::intValue).toArray()));
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        int[] inverse = new int[order.size()];
        for (int i = 0; i < inverse.length; i++) {
            inverse[order.get(i)] = i;
        }
        return new Tensor[] {cotangents[0].permute(inverse)};
    }

    /** Every cell of x is one cell of the outputs: the adjoint is the inverse. */
    @Override
    public Optional<Tensor> solve(Saved known, int operand) {
        return Optional.of(vjp(known, known.outputs(), new boolean[] {true})[0]);
    }

    @Override
    public Tensor[] vjpLanes(int lanes, Saved saved, Tensor[] cotangents, boolean[] wanted) {
        return new Permute(IntStream.concat(IntStream.of(0), order.stream().mapToInt(d -> d + 1)).boxed().toList())
                .vjp(saved.lanes(lanes), cotangents, wanted);
    }
}
