package io.github.lrp4j.tensor.kernels;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.util.Arrays;

/**
 * {@code y = f(z + bias + addend) factor}: what becomes of each element z of a product while it is written, so that neither z
 * nor a sum need exist as a tensor. The steps are done in this order.
 *
 * @param bias one number per entry of one dimension of the product, null for none
 * @param addend of the product's shape, null for none
 * @param activation f, null for none
 * @param factor of the product's shape, null for none
 */
public record Epilogue(Tensor bias, Tensor addend, UnaryFn activation, Tensor factor) {
    /** {@code y = z}. */
    public static final Epilogue NONE = new Epilogue(null, null, null);

    /** {@code y = f(z + bias + addend)}. */
    public Epilogue(Tensor bias, Tensor addend, UnaryFn activation) {
        this(bias, addend, activation, null);
    }

    /** {@code y = z factor}. */
    public static Epilogue times(Tensor factor) {
        return new Epilogue(null, null, null, factor);
    }

    /**
     * Checks that it fits.
     *
     * @param kernel name for the error
     * @param product shape of z
     * @param dim the bias's dimension in z, counted from the front
     * @throws IllegalArgumentException naming both shapes if bias, addend or factor do not fit
     */
    public void require(String kernel, Shape product, int dim) {
        if (bias != null && (bias.rank() != 1 || bias.size(0) != product.size(dim))) {
            throw new IllegalArgumentException(kernel + ": bias must have one number per entry of dimension " + dim
                    + ", product " + product + ", bias " + bias.shape());
        }
        if (addend != null) {
            Operands.requireSameShape(kernel, product, addend.shape());
        }
        if (factor != null) {
            Operands.requireSameShape(kernel, product, factor.shape());
        }
    }

    /** As {@link #require}, then {@code f(z + bias + addend) factor} by one kernel after the other; z is released. */
    Tensor apply(Kernels kernels, String kernel, Tensor z, int dim) {
        require(kernel, z.shape(), dim);
        Tensor y = z;
        if (bias != null) {
            int[] aligned = new int[z.rank() - dim];
            Arrays.fill(aligned, 1);
            aligned[0] = bias.size(0);
            y = replaced(kernels, y, kernels.binary(BinaryFn.ADD, y, bias.reshape(aligned)));
        }
        y = addend == null ? y : replaced(kernels, y, kernels.binary(BinaryFn.ADD, y, addend));
        y = activation == null ? y : replaced(kernels, y, kernels.unary(activation, y));
        return factor == null ? y : replaced(kernels, y, kernels.binary(BinaryFn.MUL, y, factor));
    }

    private static Tensor replaced(Kernels kernels, Tensor before, Tensor after) {
        kernels.release(before);
        return after;
    }
}
