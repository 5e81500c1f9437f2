package io.github.lrp4j.tensor.kernels;

import io.github.lrp4j.tensor.Tensor;

/**
 * Selected values and where they came from.
 *
 * @param values the numbers
 * @param indices the same shape: int32 positions in the flattened spatial plane (pooling) or int64 positions along the
 *     dimension (max, min, top-k, sort)
 */
public record Indexed(Tensor values, Tensor indices) {
}
