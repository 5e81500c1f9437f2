package io.github.lrp4j.autograd.expr;

import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.kernels.UnaryFn;

/** Training losses that are averages over all elements; see {@link CrossEntropy} for classes. */
public final class Loss {
    /** Where {@code ln(1 + e^x)} is x to the last bit of float64. */
    private static final double SOFTPLUS_LINEAR = 40;

    private Loss() {
    }

    /** {@code mean (x - target)^2} of two values of one shape. */
    public static Value meanSquaredError(Value x, Value target) {
        requireSameShape("mse_loss", x, target);
        return x.sub(target).square().mean();
    }

    /**
     * {@code mean(ln(1 + e^x) - target x)}: the binary cross entropy of {@code sigmoid(x)} without the detour, for targets
     * between 0 and 1 of the shape of x.
     */
    public static Value binaryCrossEntropyWithLogits(Value x, Value target) {
        requireSameShape("binary_cross_entropy_with_logits", x, target);
        Value normalizer = x.elementwise(new UnaryFn(UnaryFn.Kind.SOFTPLUS, 1, SOFTPLUS_LINEAR));
        return normalizer.sub(target.mul(x)).mean();
    }

    /** A loss that would broadcast is a mistake. */
    private static void requireSameShape(String loss, Value x, Value target) {
        Shape a = x.shape();
        Shape b = target.shape();
        if (!a.equals(b)) {
            throw new IllegalArgumentException(loss + ": shapes differ, input " + a + ", target " + b);
        }
    }
}
