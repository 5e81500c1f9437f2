package io.github.lrp4j.autograd.op;

import io.github.lrp4j.autograd.Lanes;
import io.github.lrp4j.autograd.Fusible;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Epilogue;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.Optional;

/**
 * {@code y[..., i, j] = sum_k a[..., i, k] b[..., k, j]}.
 *
 * <p>Shapes {@code [..., I, K]} and {@code [..., K, J]} of rank at least 2; leading dimensions broadcast. Adjoint:
 * {@code g b^T} to a and {@code a^T g} to b, summed over stretched leading dimensions.
 */
public record MatMul() implements Fusible {
    @Override
    public String name() {
        return "matmul";
    }

    @Override
    public Tensor product(Kernels kernels, Tensor a, Tensor b) {
        return kernels.matmul(a, b);
    }

    @Override
    public Tensor product(Kernels kernels, Tensor a, Tensor b, Epilogue epilogue) {
        return kernels.fusedMatmul(a, b, epilogue);
    }

    @Override
    public Shape productShape(Shape a, Shape b) {
        if (a.rank() < 2 || b.rank() < 2 || a.size(-1) != b.size(-2)) {
            throw new IllegalArgumentException("operands must be [..., I, K] and [..., K, J], lhs " + a + ", rhs " + b);
        }
        Shape lead = Shape.broadcast(a.without(-1).without(-1), b.without(-1).without(-1));
        return lead.inserted(lead.rank(), a.size(-2)).inserted(lead.rank() + 1, b.size(-1));
    }

    @Override
    public int biasDim(int rank) {
        return rank - 1;
    }

    @Override
    public Tensor adjoint(Kernels kernels, int operand, Tensor g, Tensor other, Shape shape) {
        Tensor transposed = other.transpose(-2, -1);
        Tensor full = operand == 0 ? kernels.matmul(g, transposed) : kernels.matmul(transposed, g);
        return kernels.sumTo(full, shape);
    }

    @Override
    public Tensor adjoint(Kernels kernels, int operand, Tensor g, Tensor other, Tensor factor) {
        Tensor transposed = other.transpose(-2, -1);
        Tensor a = operand == 0 ? g : transposed;
        Tensor b = operand == 0 ? transposed : g;
        return productShape(a.shape(), b.shape()).equals(factor.shape())
                ? kernels.fusedMatmul(a, b, Epilogue.times(factor))
                : Fusible.super.adjoint(kernels, operand, g, other, factor);
    }

    @Override
    public Optional<Tensor> overOutputChannels(Kernels kernels, Tensor perChannel, Shape a, Shape b) {
        return a.rank() == 2 && b.rank() == 2 ? Optional.of(perChannel.reshape(1, b.size(1))) : Optional.empty();
    }

    @Override
    public Optional<Tensor> overInputChannels(Kernels kernels, Tensor perChannel, Shape a, Shape b) {
        return a.rank() == 2 && b.rank() == 2 ? Optional.of(perChannel.reshape(b.size(0), 1)) : Optional.empty();
    }

    /** Lanes are one more leading dimension; beside one matrix they are rows of one larger product. */
    @Override
    public Tensor adjointLanes(Kernels kernels, int operand, Tensor g, Tensor other, Shape shape) {
        Tensor transposed = other.transpose(-2, -1);
        Tensor full = operand == 0 ? kernels.matmul(g, transposed) : kernels.matmul(transposed, g);
        return Lanes.sumTo(kernels, full, shape);
    }
}
