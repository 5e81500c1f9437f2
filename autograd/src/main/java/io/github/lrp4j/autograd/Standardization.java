package io.github.lrp4j.autograd;

import io.github.lrp4j.tensor.Tensor;
import java.util.Optional;

/**
 * {@code y = (x - mean) / deviation * weight + bias}: a normalisation that is affine in its input once the deviation is
 * known. LayerNorm, RmsNorm (without a mean), GroupNorm, BatchNorm.
 */
public interface Standardization extends Normalization {
    /**
     * The adjoint to operand 0 with the deviation held constant; a mean of x still depends on x.
     *
     * @param saved all operands and the extras
     * @param g of the output's shape
     */
    Tensor adjointAtConstantDeviation(Saved saved, Tensor g);

    /**
     * What is added that does not depend on x, shaped to broadcast against the output; empty for nothing.
     *
     * @param saved all operands and the extras
     */
    Optional<Tensor> shift(Saved saved);
}
