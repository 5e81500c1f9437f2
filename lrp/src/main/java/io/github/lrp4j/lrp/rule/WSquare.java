package io.github.lrp4j.lrp.rule;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.UnaryFn;

/**
 * W-square rule: {@code v = w^2}, {@code z = f(1, v)}, {@code R_x = f^T(R / (z + eps sign z), v)}.
 *
 * <p>Relevance follows the squared weights whatever the input; an absorbed bias adds {@code b^2}. Source: Montavon et al.
 * 2017, eq. 17.
 *
 * @param epsilon the stabiliser, in units of z
 */
public record WSquare(double epsilon) implements LinearRule {
    private static final UnaryFn SQUARE = UnaryFn.of(UnaryFn.Kind.SQUARE);

    @Override
    public Tensor relevanceOf(Factor factor, Tensor relevance, double share) {
        Tensor v = factor.weight(SQUARE, SQUARE);
        Tensor ones = Tensor.full(1, factor.x().dtype(), factor.x().shape());
        Tensor z = factor.withBias(factor.product(ones, v), SQUARE);
        Tensor s = factor.quotient(share, relevance, z, Stabilizer.signed(epsilon), SQUARE);
        return factor.adjoint(s, v);
    }
}
