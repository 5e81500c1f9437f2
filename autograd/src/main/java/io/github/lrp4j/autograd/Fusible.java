package io.github.lrp4j.autograd;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Epilogue;
import io.github.lrp4j.tensor.kernels.Kernels;

/**
 * {@code f(B(a, b) + bias + addend) factor}: a linear op with a kernel that goes on to what follows it while it writes its result.
 *
 * <p>What follows is recorded as nodes of its own all the same; only their numbers are computed together, see {@link Tape}.
 */
public interface Fusible extends Linear {
    /**
     * Shape of {@code B(a, b)}.
     *
     * @throws IllegalArgumentException if the operands do not fit
     */
    Shape productShape(Shape a, Shape b);

    /** The dimension of a product of this rank that the kernel's bias has a number for each entry of. */
    int biasDim(int rank);

    /** {@code f(B(a, b) + bias + addend) factor}, the same bits as one after the other. */
    Tensor product(Kernels kernels, Tensor a, Tensor b, Epilogue epilogue);
}
