package io.github.lrp4j.autograd;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;

/**
 * Elementwise product or quotient of two tensors: Mul, Div.
 *
 * <p>Relevance is shared between live factors in proportion to their magnitudes (DynamicLRP) or evenly (AttnLRP).
 */
public non-sealed interface Product extends Op {
    /** The factor that operand {@code operand} contributes, from its value: b for a product, {@code 1 / b} for a divisor. */
    Tensor factor(Kernels kernels, int operand, Tensor value);
}
