package io.github.lrp4j.lrp.rule;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Reduction;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import java.util.List;

/**
 * A factor split by sign, {@code x = x+ + x-}. After a ReLU there is no negative part, which halves the work of every
 * rule that uses it.
 *
 * @param factor the factor
 * @param positive {@code max(x, 0)}
 * @param negative {@code min(x, 0)}, null where x has no negative cell
 */
record SignSplit(LinearRule.Factor factor, Tensor positive, Tensor negative) {
    static SignSplit of(LinearRule.Factor factor) {
        Tensor x = factor.x();
        boolean nonNegative = factor.call().site().isNonNegative(factor.index()) || x.elements() == 0
                || factor.kernels().reduce(Reduction.MIN, x, List.of(), false).item() >= 0;
        if (nonNegative) {
            return new SignSplit(factor, x, null);
        }
        Tensor[] parts = factor.kernels().signSplit(x);
        return new SignSplit(factor, parts[0], parts[1]);
    }

    /** {@code f(x+, forPositive) + f(x-, forNegative)} plus a part of the bias. */
    private Tensor product(Tensor forPositive, Tensor forNegative, UnaryFn biasPart) {
        Tensor z = factor.productWithBias(positive, forPositive, biasPart);
        if (negative == null) {
            return z;
        }
        Tensor sum = factor.productPlus(negative, forNegative, z);
        factor.call().release(z);
        return sum;
    }

    /** {@code x+ * f^T(s, forPositive) + x- * f^T(s, forNegative)}. */
    private Tensor distribute(Tensor s, Tensor forPositive, Tensor forNegative) {
        Tensor share = factor.share(positive, s, forPositive);
        return negative == null ? share : sum(share, factor.share(negative, s, forNegative));
    }

    /** {@code a + b}, both of which are not read any more. */
    private Tensor sum(Tensor a, Tensor b) {
        Tensor sum = factor.add(a, b);
        factor.call().release(a, b);
        return sum;
    }

    /** {@code weight * distribute(r / z)} with {@code z = product + part of the bias}. */
    Tensor decompose(Tensor r, Tensor forPositive, Tensor forNegative, LinearRule.Part biasPart, double epsilon,
            double weight) {
        UnaryFn part = biasPart.function;
        Tensor z = product(forPositive, forNegative, part);
        Tensor s = factor.quotient(r, z, Stabilizer.signed(epsilon), weight, part);
        factor.call().release(z);
        Tensor shares = distribute(s, forPositive, forNegative);
        factor.call().release(s);
        return factor.scale(shares, weight);
    }
}
