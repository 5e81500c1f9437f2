package io.github.lrp4j.lrp.rule;

import io.github.lrp4j.lrp.Sink;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.Kernels;

/**
 * Gamma rule, signed form: with {@code w^ = w + gamma w+} and {@code w_ = w + gamma w-},
 * {@code z_p = f(x+, w^) + f(x-, w_)} and {@code z_n = f(x+, w_) + f(x-, w^)};
 * where {@code z > 0}, {@code s = R / (z_p + eps)} goes back through {@code (x+, w^), (x-, w_)};
 * elsewhere {@code s = R / (z_n + eps sign z_n)} goes back through {@code (x+, w_), (x-, w^)}.
 *
 * <p>{@code z = f(x, w)}, plus the bias where that is absorbed (then {@code b + gamma b+} counts in {@code z_p} and
 * {@code b + gamma b-} in {@code z_n}). DynamicLRP and Zennit differ in two points only: the bias, and outputs that are
 * exactly zero. Source: Montavon et al. 2019, section 10.2.1; Andeol et al. 2021 for signed inputs.
 *
 * @param gamma how much positive contributions are favoured
 * @param epsilon the stabiliser, in units of z
 * @param atZero what happens where z is exactly zero
 * @param factors which factors take relevance
 */
public record Gamma(double gamma, double epsilon, AtZero atZero, Factors factors) implements LinearRule {
    /** What happens to relevance at an output that is exactly zero. */
    public enum AtZero {
        /** It goes the way of negative outputs (DynamicLRP). */
        NEGATIVE,
        /** It stays there (Zennit). */
        NOTHING
    }

    /** DynamicLRP's form, relevance to activations only. */
    public Gamma(double gamma, double epsilon) {
        this(gamma, epsilon, AtZero.NEGATIVE, Factors.ACTIVATIONS);
    }

    /** Cache keys of {@code w + gamma w+} and {@code w + gamma w-}. */
    private record Favoured(double gamma, Part part) {
    }

    @Override
    public Tensor relevanceOf(Factor factor, Tensor relevance, double share) {
        Kernels kernels = factor.kernels();
        Tensor product = factor.call().output();
        Tensor z = factor.withBias(product);
        Tensor r = factor.scale(relevance, share);
        Tensor zero = Tensor.scalar(0, z.dtype());
        Tensor isPositive = kernels.binary(BinaryFn.GREATER, z, zero);
        Tensor toPositive = kernels.where(isPositive, r, zero);
        Tensor toNegative = atZero == AtZero.NEGATIVE
                ? kernels.where(isPositive, zero, r)
                : kernels.where(kernels.binary(BinaryFn.GREATER, zero, z), r, zero);
        if (atZero == AtZero.NOTHING) {
            factor.call().book(Sink.DROPPED, kernels.where(isPositive, zero, factor.sub(r, toNegative)));
        }

        Tensor up = favoured(factor, Part.POSITIVE);
        Tensor down = favoured(factor, Part.NEGATIVE);
        SignSplit split = SignSplit.of(factor);
        Tensor positive = split.product(up, down);
        // z_p + z_n = (2 + gamma) f(x, w), which saves a product; where z_n counts, it is no smaller than what cancels.
        Tensor negative = factor.sub(factor.scale(product, 2 + gamma), positive);
        Tensor sPositive = quotient(factor, toPositive, positive, Part.POSITIVE);
        Tensor sNegative = quotient(factor, toNegative, negative, Part.NEGATIVE);
        return factor.add(split.distribute(sPositive, up, down), split.distribute(sNegative, down, up));
    }

    private Tensor quotient(Factor factor, Tensor r, Tensor z, Part part) {
        Tensor s = factor.kernels().stabilizedQuotient(r, biased(factor, z, part), epsilon);
        factor.call().bias().ifPresent(b -> factor.call().book(Sink.BIAS,
                factor.mul(s, favoured(factor, b, part))));
        return s;
    }

    private Tensor biased(Factor factor, Tensor z, Part part) {
        return factor.call().bias().map(b -> factor.add(z, favoured(factor, b, part))).orElse(z);
    }

    private Tensor favoured(Factor factor, Part part) {
        return factor.call().derived(1 - factor.index(), new Favoured(gamma, part),
                () -> favoured(factor, factor.w(), part));
    }

    /** {@code t + gamma t+} or {@code t + gamma t-}. */
    private Tensor favoured(Factor factor, Tensor t, Part part) {
        return factor.add(t, factor.scale(factor.kernels().unary(part.function, t), gamma));
    }

}
