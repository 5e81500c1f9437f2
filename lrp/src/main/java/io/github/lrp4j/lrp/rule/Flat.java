package io.github.lrp4j.lrp.rule;

import io.github.lrp4j.tensor.Tensor;

/**
 * Flat rule: relevance spreads evenly over the cells that an output reads, {@code z = f(1, 1)},
 * {@code R_x = f^T(R / (z + eps sign z), 1)}.
 *
 * <p>A bias takes nothing. Source: Lapuschkin et al. 2019 (unmasking clever Hans), supplement.
 *
 * @param epsilon the stabiliser, in units of z
 */
public record Flat(double epsilon) implements LinearRule {
    @Override
    public Tensor relevanceOf(Factor factor, Tensor relevance, double share) {
        Tensor unitWeight = Tensor.full(1, factor.w().dtype(), factor.w().shape());
        Tensor ones = Tensor.full(1, factor.x().dtype(), factor.x().shape());
        Tensor z = factor.product(ones, unitWeight);
        Tensor s = Stabilizer.signed(epsilon).quotient(factor.kernels(), share, relevance, z);
        return factor.adjoint(s, unitWeight);
    }
}
