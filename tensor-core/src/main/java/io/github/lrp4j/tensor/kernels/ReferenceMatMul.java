package io.github.lrp4j.tensor.kernels;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;

/** {@code c[..., i, j] = sum_k a[..., i, k] b[..., k, j]}. */
final class ReferenceMatMul {
    private ReferenceMatMul() {
    }

    static Tensor matmul(Tensor a, Tensor b) {
        if (a.rank() < 2 || b.rank() < 2) {
            throw new IllegalArgumentException(
                    "matmul: operands need at least two dimensions, lhs " + a.shape() + ", rhs " + b.shape());
        }
        int rows = a.size(-2);
        int inner = a.size(-1);
        int columns = b.size(-1);
        if (b.size(-2) != inner) {
            throw new IllegalArgumentException(
                    "matmul: inner dimensions differ, lhs " + a.shape() + ", rhs " + b.shape());
        }
        Shape batchA = a.shape().without(-1).without(-1);
        Shape batchB = b.shape().without(-1).without(-1);
        Shape batch = batch(a.shape(), batchA, b.shape(), batchB);
        int[] fromA = Positions.broadcast(batchA, batch);
        int[] fromB = Positions.broadcast(batchB, batch);

        Shape shape = batch.inserted(-1, rows).inserted(-1, columns);
        double[] lhs = a.toDoubleArray();
        double[] rhs = b.toDoubleArray();
        double[] product = new double[shape.arrayLength()];
        for (int m = 0; m < fromA.length; m++) {
            for (int i = 0; i < rows; i++) {
                int lhsRow = (fromA[m] * rows + i) * inner;
                int row = (m * rows + i) * columns;
                // Row of c += number of a times row of b: all three are read along the rows.
                for (int k = 0; k < inner; k++) {
                    double factor = lhs[lhsRow + k];
                    int rhsRow = (fromB[m] * inner + k) * columns;
                    for (int j = 0; j < columns; j++) {
                        product[row + j] += factor * rhs[rhsRow + j];
                    }
                }
            }
        }
        return Tensor.of(product, Operands.realType(a, b), shape);
    }

    private static Shape batch(Shape a, Shape batchA, Shape b, Shape batchB) {
        try {
            return Shape.broadcast(batchA, batchB);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("matmul: leading dimensions do not broadcast, lhs " + a + ", rhs " + b,
                    e);
        }
    }
}
