package io.github.lrp4j.tensor.kernels;

import io.github.lrp4j.tensor.Tensor;

/**
 * Output of a normalisation and the statistics that its adjoint needs.
 *
 * @param output the normalised (and scaled and shifted) values
 * @param mean mean per normalised group
 * @param inverseDeviation {@code 1 / sqrt(variance + eps)} per normalised group
 */
public record Normalized(Tensor output, Tensor mean, Tensor inverseDeviation) {
}
