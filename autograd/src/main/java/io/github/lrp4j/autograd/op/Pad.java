package io.github.lrp4j.autograd.op;

import java.util.ArrayList;
import io.github.lrp4j.autograd.Movement;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.List;

/**
 * {@code y = x} with cells of {@code value} around it; negative amounts crop.
 *
 * <p>Adjoint: g without those cells, and zeros where x was cropped.
 *
 * @param before cells in front, per dimension of x
 * @param after cells behind, per dimension of x
 * @param value what the new cells hold
 */
public record Pad(List<Integer> before, List<Integer> after, double value) implements Movement {
    /** Copies. */
    public Pad {
        before = List.copyOf(before);
        after = List.copyOf(after);
    }

    @Override
    public String name() {
        return "pad";
    }

    @Override
    public boolean fills() {
        return before.stream().anyMatch(cells -> cells > 0) || after.stream().anyMatch(cells -> cells > 0);
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        Tensor x = operands.get(0);
        if (before.size() != x.rank() || after.size() != x.rank()) {
            throw new IllegalArgumentException(
                    "amounts must name every dimension, input " + x.shape() + ", before " + before + ", after "
                            + after);
        }
        for (int d = 0; d < x.rank(); d++) {
            if (before.get(d) + x.size(d) + after.get(d) < 0) {
                throw new IllegalArgumentException(
                        "crops more than there is, input " + x.shape() + ", before " + before + ", after " + after);
            }
        }
        return Outputs.of(kernels.pad(x, before, after, value));
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        return new Tensor[] {saved.kernels().pad(cotangents[0], negated(before), negated(after), 0)};
    }

    @Override
    public Tensor[] vjpLanes(int lanes, Saved saved, Tensor[] cotangents, boolean[] wanted) {
        List<Integer> front = new ArrayList<>(before);
        front.add(0, 0);
        List<Integer> back = new ArrayList<>(after);
        back.add(0, 0);
        return new Pad(front, back, value).vjp(saved.lanes(lanes), cotangents, wanted);
    }

    private static List<Integer> negated(List<Integer> amounts) {
        return amounts.stream().map(amount -> -amount).toList();
    }
}
