package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Epilogue;
import io.github.lrp4j.tensor.kernels.Operands;

/** {@code c[..., i, j] = sum_k a[..., i, k] b[..., k, j]}, and what follows it: {@link Products}, then {@code epilogue.cu}. */
final class CudaMatMul {
    private final DeviceTensors tensors;
    private final CudaLayout layout;
    private final MatrixProducts products;
    private final CudaEpilogue epilogues;

    CudaMatMul(DeviceTensors tensors) {
        this.tensors = tensors;
        layout = new CudaLayout(tensors);
        products = new MatrixProducts(tensors);
        epilogues = new CudaEpilogue(tensors);
    }

    Tensor matmul(Tensor a, Tensor b) {
        return product(a, b, productShape(a.shape(), b.shape()));
    }

    Tensor fusedMatmul(Tensor a, Tensor b, Epilogue epilogue) {
        Shape shape = productShape(a.shape(), b.shape());
        epilogue.require("fusedMatmul", shape, shape.rank() - 1);
        return epilogues.finish(product(a, b, shape), shape.rank() - 1, epilogue);
    }

    private Tensor product(Tensor a, Tensor b, Shape shape) {
        DType type = Operands.realType(a, b);
        Tensor c = tensors.allocate(type, shape);
        products.multiply(1, stretched(layout.typed(a, type), shape), stretched(layout.typed(b, type), shape), 0, c);
        return c;
    }

    /** x with the leading dimensions of the product. */
    private static Tensor stretched(Tensor x, Shape product) {
        int matrix = product.rank() - 2;
        return x.expand(product.with(matrix, x.size(-2)).with(matrix + 1, x.size(-1)));
    }

    private static Shape productShape(Shape a, Shape b) {
        if (a.rank() < 2 || b.rank() < 2) {
            throw new IllegalArgumentException(
                    "matmul: operands need at least two dimensions, lhs " + a + ", rhs " + b);
        }
        if (b.size(-2) != a.size(-1)) {
            throw new IllegalArgumentException("matmul: inner dimensions differ, lhs " + a + ", rhs " + b);
        }
        return lead(a, b).inserted(-1, a.size(-2)).inserted(-1, b.size(-1));
    }

    private static Shape lead(Shape a, Shape b) {
        try {
            return Shape.broadcast(a.without(-1).without(-1), b.without(-1).without(-1));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("matmul: leading dimensions do not broadcast, lhs " + a + ", rhs " + b,
                    e);
        }
    }
}
