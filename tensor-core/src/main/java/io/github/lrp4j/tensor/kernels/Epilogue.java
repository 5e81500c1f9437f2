package io.github.lrp4j.tensor.kernels;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.util.Arrays;

/**
 * {@code y = f(z + bias + addend)}: what becomes of each element z of a product while it is written, so that neither z nor a
 * sum need exist as a tensor. The additions are done in this order.
 *
 * @param bias one number per entry of one dimension of the product, null for none
 * @param addend of the product's shape, null for none
 * @param activation f, null for none
 */
public record Epilogue(Tensor bias, Tensor addend, UnaryFn activation) {
    /** {@code y = z}. */
    public static final Epilogue NONE = new Epilogue(null, null, null);

    /**
     * Checks that it fits.
     *
     * @param kernel name for the error
     * @param product shape of z
     * @param dim the bias's dimension in z, counted from the front
     * @throws IllegalArgumentException naming both shapes if bias or addend do not fit
     */
    public void require(String kernel, Shape product, int dim) {
        if (bias != null && (bias.rank() != 1 || bias.size(0) != product.size(dim))) {
            throw new IllegalArgumentException(kernel + ": bias must have one number per entry of dimension " + dim
                    + ", product " + product + ", bias " + bias.shape());
        }
        if (addend != null) {
            Operands.requireSameShape(kernel, product, addend.shape());
        }
    }

    /** As {@link #require}, then {@code f(z + bias + addend)} by one kernel after the other; z is released. */
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
        return activation == null ? y : replaced(kernels, y, kernels.unary(activation, y));
    }

    private static Tensor replaced(Kernels kernels, Tensor before, Tensor after) {
        kernels.release(before);
        return after;
    }
}
