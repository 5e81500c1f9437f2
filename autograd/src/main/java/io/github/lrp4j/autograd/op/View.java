package io.github.lrp4j.autograd.op;

import io.github.lrp4j.autograd.Movement;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.List;
import java.util.Optional;

/**
 * {@code y = x} in row-major order under another shape: reshape, flatten, squeeze, unsqueeze.
 *
 * <p>Adjoint: g in the shape of x. Shares the numbers where strides allow, else copies.
 *
 * @param shape shape of y, with as many elements as x
 */
public record View(Shape shape) implements Movement {
    @Override
    public String name() {
        return "view";
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        return Outputs.of(see(kernels, operands.get(0), shape));
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        return new Tensor[] {see(saved.kernels(), cotangents[0], saved.operandShape(0))};
    }

    /** Every cell of x is one cell of the outputs: the adjoint is the inverse. */
    @Override
    public Optional<Tensor> solve(Saved known, int operand) {
        return Optional.of(vjp(known, known.outputs(), new boolean[] {true})[0]);
    }

    @Override
    public Tensor[] vjpLanes(int lanes, Saved saved, Tensor[] cotangents, boolean[] wanted) {
        return vjp(saved.lanes(lanes), cotangents, wanted);
    }

    /** {@code x} under another shape; the copy, where one is needed, is the kernels' business: x may live on a device. */
    static Tensor see(Kernels kernels, Tensor x, Shape shape) {
        return (x.sharesAs(shape) ? x : kernels.contiguous(x)).reshape(shape);
    }
}
