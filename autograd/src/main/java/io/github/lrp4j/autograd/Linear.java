package io.github.lrp4j.autograd;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.List;
import java.util.Optional;

/**
 * {@code z = B(a, b)}: linear in each of two operands. Matrix products and convolutions, always without bias, which is
 * an addition of its own.
 *
 * <p>Operand 0 is the input and operand 1 the weight where one of them is a parameter; both are activations in attention.
 * Each keeps the operand that the other's cotangent needs. Relevance by default: epsilon rule to the activation, halved
 * where both are activations.
 */
public non-sealed interface Linear extends Op {
    /** {@code B(a, b)}. */
    Tensor product(Kernels kernels, Tensor a, Tensor b);

    /**
     * The adjoint to one operand: the {@code v} with {@code <B(x, other), g> = <x, v>} for all x (for operand 0, and
     * likewise for operand 1).
     *
     * @param operand 0 or 1
     * @param g of the output's shape
     * @param other the value of the other operand
     * @param shape shape of the operand, that is of the result
     */
    Tensor adjoint(Kernels kernels, int operand, Tensor g, Tensor other, Shape shape);

    /** {@link #adjoint} times {@code factor}, which has the operand's shape: how relevance returns to an operand. */
    default Tensor adjoint(Kernels kernels, int operand, Tensor g, Tensor other, Tensor factor) {
        Tensor back = adjoint(kernels, operand, g, other, factor.shape());
        Tensor result = kernels.binary(BinaryFn.MUL, factor, back);
        kernels.release(back);
        return result;
    }

    /**
     * One number per channel (dimension 1) of the output, laid out to broadcast against operand 1, the weight: with the
     * result t, {@code B(a, b t)} is {@code B(a, b)} times its channel's number.
     *
     * @param a shape of operand 0
     * @param b shape of operand 1
     * @return empty where dimension 1 of the output is no dimension of the weight
     */
    default Optional<Tensor> overOutputChannels(Kernels kernels, Tensor perChannel, Shape a, Shape b) {
        return Optional.empty();
    }

    /**
     * One number per channel (dimension 1) of operand 0, laid out to broadcast against operand 1, the weight: with the
     * result t, {@code B(a, b t)} is {@code B} of a times its channel's number, and b.
     *
     * @param a shape of operand 0
     * @param b shape of operand 1
     * @return empty where dimension 1 of operand 0 is no dimension of the weight
     */
    default Optional<Tensor> overInputChannels(Kernels kernels, Tensor perChannel, Shape a, Shape b) {
        return Optional.empty();
    }

    /** {@link #adjoint} of K cotangents {@code [K, ...]} at once; equal to K single ones, one after another by default. */
    default Tensor adjointLanes(Kernels kernels, int operand, Tensor g, Tensor other, Shape shape) {
        return Lanes.each(kernels, g.size(0), new Tensor[] {g},
                lane -> new Tensor[] {adjoint(kernels, operand, lane[0], other, shape)})[0];
    }

    @Override
    default Outputs forward(Kernels kernels, List<Tensor> operands) {
        return Outputs.of(product(kernels, operands.get(0), operands.get(1)));
    }

    @Override
    default Keeps keeps(boolean[] wanted) {
        if (wanted[0] && wanted[1]) {
            return Keeps.operands(0, 1);
        }
        return wanted[0] ? Keeps.operands(1) : wanted[1] ? Keeps.operands(0) : Keeps.NOTHING;
    }

    @Override
    default Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        Tensor[] result = new Tensor[2];
        for (int i = 0; i < 2; i++) {
            if (wanted[i]) {
                result[i] = adjoint(saved.kernels(), i, cotangents[0], saved.operand(1 - i), saved.operandShape(i));
            }
        }
        return result;
    }

    @Override
    default Tensor[] vjpLanes(int lanes, Saved saved, Tensor[] cotangents, boolean[] wanted) {
        Tensor[] result = new Tensor[2];
        for (int i = 0; i < 2; i++) {
            if (wanted[i]) {
                result[i] =
                        adjointLanes(saved.kernels(), i, cotangents[0], saved.operand(1 - i), saved.operandShape(i));
            }
        }
        return result;
    }
}
