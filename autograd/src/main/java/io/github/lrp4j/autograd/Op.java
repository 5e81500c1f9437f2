package io.github.lrp4j.autograd;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.List;
import java.util.Optional;

/**
 * One kind of tensor operation: its forward map, what it keeps, and its adjoint. Mathematics only.
 *
 * <p>An op is a record whose components are its attributes; two equal records compute the same function. It belongs to
 * exactly one of the families below; what relevance propagation does by default, and which role an op plays for
 * Promises, follows from the family and from what is kept, never from the op itself.
 *
 * <p>Arrays of tensors use null for "absent": a cotangent that did not arrive, an operand whose cotangent nobody wants.
 */
public sealed interface Op
        permits Linear, Additive, Movement, Product, Pointwise, Normalization, Selection, Attention, Leaf, Custom {
    /** Name for people: {@code matmul}, {@code conv2d}. */
    String name();

    /**
     * The outputs for these operands.
     *
     * @throws IllegalArgumentException naming the shapes if the operands do not fit
     */
    Outputs forward(Kernels kernels, List<Tensor> operands);

    /**
     * The outputs of a recorded application for other operands, through what that application fixed: a max pooling reads
     * its winners' positions, a dropout uses its mask. {@link #forward} where nothing is fixed ({@link #fixesReplay}).
     *
     * @param extras the extras of the recorded application
     */
    default List<Tensor> replay(Kernels kernels, List<Tensor> operands, List<Tensor> extras) {
        return forward(kernels, operands).values();
    }

    /**
     * Whether the extras fix replays, as masks and positions do. Extras that {@link #forward} finds again in the same
     * operands, such as statistics, need not be held.
     */
    default boolean fixesReplay() {
        return true;
    }

    /**
     * Which operands and outputs {@link #vjp} reads.
     *
     * @param wanted per operand, whether its cotangent will be wanted
     */
    Keeps keeps(boolean[] wanted);

    /**
     * The vector-Jacobian product: per operand, the transposed Jacobian applied to the cotangents of the outputs.
     *
     * @param saved what {@link #keeps} named, the extras, and all shapes
     * @param cotangents per output, null where none arrived (at least one is there)
     * @param wanted per operand; entries of the result may be null where false
     * @return per operand, of that operand's shape
     */
    Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted);

    /**
     * Operand {@code operand} from the outputs and the other operands, up to rounding: one term of a sum, a permuted
     * tensor. Cheaper than to repeat a product that made it.
     *
     * @param known all outputs, the other operands, and all shapes
     * @return empty where these do not determine it, or this op knows no way
     */
    default Optional<Tensor> solve(Saved known, int operand) {
        return Optional.empty();
    }

    /**
     * {@link #vjp} of K cotangents at once: each has a leading dimension of size {@code lanes}, and so has each result.
     * Equal to K single calls, which is also what it does unless an op knows better.
     *
     * @param saved as for one cotangent, without lanes
     */
    default Tensor[] vjpLanes(int lanes, Saved saved, Tensor[] cotangents, boolean[] wanted) {
        return Lanes.each(saved.kernels(), lanes, cotangents, lane -> vjp(saved, lane, wanted));
    }
}
