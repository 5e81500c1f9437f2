package io.github.lrp4j.tensor.kernels;

import io.github.lrp4j.tensor.Tensor;

/**
 * Output of an attention and the statistics that its adjoint needs.
 *
 * @param output {@code [..., L, Ev]}
 * @param logSumExp {@code ln sum_j e^x_ij} of the scores x of each query, {@code [..., L, 1]}; minus infinity where a query
 *     sees no key
 */
public record Attended(Tensor output, Tensor logSumExp) {
}
