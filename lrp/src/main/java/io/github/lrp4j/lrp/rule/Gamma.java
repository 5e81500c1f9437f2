package io.github.lrp4j.lrp.rule;

import io.github.lrp4j.lrp.RuleCall;
import io.github.lrp4j.lrp.Sink;
import io.github.lrp4j.lrp.Site;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.UnaryFn;

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
    private static final UnaryFn ABS = UnaryFn.of(UnaryFn.Kind.ABS);

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

    @Override
    public boolean ignoresIdleCells(Site site) {
        return true;
    }

    /**
     * Three products, whatever the signs. With magnitudes {@code m = f(|x|, |w|)}, {@code z_p = (1 + gamma / 2) z + (gamma /
     * 2) m} and {@code z_n = (1 + gamma / 2) z - (gamma / 2) m}; with {@code t = s} where {@code z > 0} and {@code -s}
     * elsewhere, both ways back together are {@code (1 + gamma / 2) x f^T(s, w) + (gamma / 2) |x| f^T(t, |w|)}.
     *
     * <p>Two products between ReLUs, where x is not negative and relevance arrives only where z is positive: the formula's
     * first case, with {@code w^} alone.
     */
    @Override
    public Tensor relevanceOf(Factor factor, Tensor relevance, double share) {
        RuleCall call = factor.call();
        Kernels kernels = factor.kernels();
        boolean nonNegative = call.site().isNonNegative(factor.index());
        Tensor z = factor.withBias(call.output());
        Tensor r = factor.scale(relevance, share);
        if (nonNegative && kernels.isZeroUnlessPositive(r, z)) {
            return ofPositive(factor, r);
        }
        Tensor magnitudes = factor.weight(UnaryFn.Kind.ABS, ABS);
        Tensor m = factor.productWithBias(nonNegative ? factor.x() : kernels.unary(ABS, factor.x()), magnitudes, ABS);
        Tensor[] s = kernels.gammaQuotients(r, z, m, gamma, epsilon, atZero == AtZero.NOTHING);
        if (atZero == AtZero.NOTHING) {
            Tensor isZero = kernels.binary(BinaryFn.EQUAL, z, Tensor.scalar(0, z.dtype()));
            call.book(Sink.DROPPED, kernels.where(isZero, r, Tensor.scalar(0, r.dtype())));
        }
        call.bias().ifPresent(b -> {
            factor.bookBias(s[0], b, 1 + gamma / 2);
            factor.bookBias(s[1], kernels.unary(ABS, b), gamma / 2);
        });
        call.release(m);
        Tensor back = factor.adjoint(s[0], factor.w());
        Tensor sizesBack = factor.adjoint(s[1], magnitudes);
        Tensor result = kernels.signedMix(factor.x(), back, 1 + gamma / 2, sizesBack, gamma / 2);
        call.release(s[0], s[1], back, sizesBack);
        return result;
    }

    /**
     * {@code x f^T(R / (f(x, w^) + eps), w^)}, with {@code w^ / (1 + gamma)}: the constant cancels, and what remains of w^ is one
     * pass over the weight.
     */
    private Tensor ofPositive(Factor factor, Tensor r) {
        RuleCall call = factor.call();
        UnaryFn favouring = new UnaryFn(UnaryFn.Kind.LEAKY_RELU, 1 / (1 + gamma), 0);
        Tensor favoured = factor.weight(favouring, favouring);
        Tensor z = factor.productWithBias(factor.x(), favoured, favouring);
        Tensor s = factor.quotient(1, r, z, Stabilizer.signed(epsilon / (1 + gamma)), favouring);
        Tensor result = factor.share(factor.x(), s, favoured);
        call.release(z, s);
        return result;
    }
}
