package io.github.lrp4j.lrp.rule;

import io.github.lrp4j.lrp.rule.LinearRule.Part;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Reduction;
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

    /** The parts are not read any more. */
    void release() {
        if (negative != null) {
            factor.call().release(positive, negative);
        }
    }

    /** {@code weight r / (z + eps sign z)} with {@code z = f(x+, w) + f(x-, v)} plus the bias, of w and bias the part, of v the other. */
    Tensor quotient(Tensor r, Part part, double epsilon, double weight) {
        Tensor z = factor.productWithBias(positive, factor.weightPart(part), part.function);
        if (negative != null) {
            Tensor own = z;
            z = factor.productPlus(negative, factor.weightPart(part.other()), own);
            factor.call().release(own);
        }
        Tensor s = factor.quotient(weight, r, z, Stabilizer.signed(epsilon), part.function);
        factor.call().release(z);
        return s;
    }

    /** {@code x+ (f^T(s, w+) + f^T(t, w-)) + x- (f^T(s, w-) + f^T(t, w+))}; s or t may be null, which is zero. */
    Tensor distribute(Tensor s, Tensor t) {
        Tensor x = factor.x();
        if (negative != null) {
            Tensor above = back(s, Part.POSITIVE, t);
            Tensor below = back(s, Part.NEGATIVE, t);
            Tensor result = factor.kernels().signedShare(x, above, below);
            factor.call().release(above, below);
            return result;
        }
        Tensor first = s == null ? null : factor.share(x, s, factor.positiveWeight());
        Tensor second = t == null ? null : factor.share(x, t, factor.negativeWeight());
        return sum(first, second);
    }

    /** {@code f^T(s, part of w) + f^T(t, other part of w)}. */
    private Tensor back(Tensor s, Part part, Tensor t) {
        Tensor first = s == null ? null : factor.adjoint(s, factor.weightPart(part));
        Tensor second = t == null ? null : factor.adjoint(t, factor.weightPart(part.other()));
        return sum(first, second);
    }

    /** {@code a + b}, both of which are not read any more; null is zero. */
    private Tensor sum(Tensor a, Tensor b) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        Tensor sum = factor.add(a, b);
        factor.call().release(a, b);
        return sum;
    }
}
