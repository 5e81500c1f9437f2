package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Epilogue;
import java.util.Arrays;

/**
 * {@code c[..., i, j] = sum_k a[..., i, k] b[..., k, j]}: turns a product of tensors into products of matrices.
 *
 * <p>Leading dimensions over which b does not vary are folded into the rows of a where strides allow. The matrix products
 * that remain run one per thread where there are enough of them, else one after the other on all threads.
 */
final class MatMul {
    private final Crew crew;
    private final Buffers buffers;

    MatMul(Crew crew, Buffers buffers) {
        this.crew = crew;
        this.buffers = buffers;
    }

    /**
     * The product and what follows it; operands float32, rank at least 2, any strides; those of the epilogue contiguous.
     *
     * @throws IllegalArgumentException naming both shapes if they do not fit
     */
    Tensor matmul(Tensor a, Tensor b, Epilogue epilogue) {
        Shape lead = lead(a, b);
        Shape shape = matrices(lead, a.size(-2), b.size(-1));
        epilogue.require("fusedMatmul", shape, shape.rank() - 1);
        boolean overwrites = MatrixProduct.overwrites(a.size(-2), a.size(-1), b.size(-1));
        float[] c = overwrites ? buffers.take(shape.arrayLength()) : buffers.zeros(shape.arrayLength());
        if (c.length > 0 && a.size(-1) > 0) {
            multiply(a.expand(matrices(lead, a.size(-2), a.size(-1))), b.expand(matrices(lead, b.size(-2), b.size(-1))),
                    lead, c, Finish.of(epilogue, false));
        }
        return Buffers.result(c, shape);
    }

    private static Shape lead(Tensor a, Tensor b) {
        if (a.rank() < 2 || b.rank() < 2) {
            throw new IllegalArgumentException(
                    "matmul: operands need at least 2 dimensions, lhs " + a.shape() + ", rhs " + b.shape());
        }
        if (a.size(-1) != b.size(-2)) {
            throw new IllegalArgumentException(
                    "matmul: inner dimensions differ, lhs " + a.shape() + ", rhs " + b.shape());
        }
        Shape leadA = a.shape().without(-1).without(-1);
        Shape leadB = b.shape().without(-1).without(-1);
        try {
            return Shape.broadcast(leadA, leadB);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "matmul: leading dimensions do not broadcast, lhs " + a.shape() + ", rhs " + b.shape(), e);
        }
    }

    private static Shape matrices(Shape lead, int rows, int columns) {
        int rank = lead.rank();
        int[] sizes = Arrays.copyOf(lead.toArray(), rank + 2);
        sizes[rank] = rows;
        sizes[rank + 1] = columns;
        return Shape.of(sizes);
    }

    private void multiply(Tensor a, Tensor b, Shape lead, float[] c, Finish finish) {
        Matrix left = Matrix.whereItIs(a);
        Matrix right = Matrix.whereItIs(b);
        int rows = left.rows();
        long stride = left.rowStride();
        int dims = lead.rank();
        for (; dims > 0; dims--) {
            int size = lead.size(dims - 1);
            if (size > 1) {
                long distance = a.stride(dims - 1);
                if (b.stride(dims - 1) != 0 || rows > 1 && distance != rows * stride) {
                    break;
                }
                stride = rows == 1 ? distance : stride;
                rows *= size;
            }
        }
        boolean folded = rows != left.rows();
        Matrix tall = new Matrix(left.data(), left.file(), left.offset(), rows, left.columns(), (int) stride,
                left.columnStride());
        int[] sizes = Arrays.copyOf(lead.toArray(), dims);
        int count = 1;
        for (int size : sizes) {
            count *= size;
        }
        int area = rows * right.columns();
        double flops = 2.0 * area * left.columns();
        Operands operands = new Operands(tall, a, folded, right, b, sizes, c, area, finish);
        crew.forEach(count, flops, operands::multiply);
    }

    /** A batch of matrices, the tensors behind them, and whether rows of the left matrices span several matrices of a. */
    private record Operands(Matrix left, Tensor a, boolean folded, Matrix right, Tensor b, int[] sizes, float[] c,
            int area, Finish finish) {
        void multiply(Crew team, int index) {
            int[] at = new int[sizes.length];
            for (int d = sizes.length - 1, rest = index; d >= 0; d--) {
                at[d] = rest % sizes[d];
                rest /= sizes[d];
            }
            Tensor keptLeft = folded ? null : durable(a, at);
            new MatrixProduct(team).multiply(left.shifted(distance(a, at)), keptLeft, right.shifted(distance(b, at)),
                    durable(b, at),
                    Target.rows(c, index * area, right.columns(), finish));
        }

        private static int distance(Tensor tensor, int[] at) {
            long distance = 0;
            for (int d = 0; d < at.length; d++) {
                distance += at[d] * tensor.stride(d);
            }
            return (int) distance;
        }

        /** The matrix as a view that can keep its packed form, or null. */
        private static Tensor durable(Tensor tensor, int[] at) {
            if (!tensor.storage().isDurable()) {
                return null;
            }
            Tensor view = tensor;
            for (int index : at) {
                view = view.select(0, index);
            }
            while (view.rank() > 2) {
                view = view.select(0, 0);
            }
            return view;
        }
    }
}
