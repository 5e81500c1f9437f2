package io.github.lrp4j.autograd.optim;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import java.util.HashMap;
import java.util.Map;

/**
 * {@code m = b1 m + (1 - b1) g}, {@code v = b2 v + (1 - b2) g^2} and the step
 * {@code (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps)}, t counting per parameter from 1: what Adam and AdamW share.
 */
final class Moments {
    private record State(Tensor first, Tensor second, int t) {
    }

    private final Kernels kernels;
    private final double beta1;
    private final double beta2;
    private final double eps;
    private final Map<String, State> states = new HashMap<>();

    Moments(Kernels kernels, double beta1, double beta2, double eps) {
        if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1 && eps >= 0)) {
            throw new IllegalArgumentException(
                    "adam: beta1 " + beta1 + ", beta2 " + beta2 + ", eps " + eps + " out of range");
        }
        this.kernels = kernels;
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.eps = eps;
    }

    /** Takes the gradient in and gives the direction of the step, which is to be subtracted. */
    Tensor direction(String name, Tensor gradient) {
        Tensor square = Update.scaled(kernels, kernels.unary(UnaryFn.of(UnaryFn.Kind.SQUARE), gradient), 1 - beta2);
        Tensor first = Update.scaled(kernels, gradient, 1 - beta1);
        State before = states.get(name);
        if (before != null) {
            first = Update.plus(kernels, first, before.first, beta1);
            square = Update.plus(kernels, square, before.second, beta2);
        }
        int t = before == null ? 1 : before.t + 1;
        states.put(name, new State(first, square, t));
        Tensor deviation = kernels.unary(UnaryFn.of(UnaryFn.Kind.SQRT),
                Update.scaled(kernels, square, 1 / (1 - Math.pow(beta2, t))));
        Tensor denominator = kernels.unary(new UnaryFn(UnaryFn.Kind.SHIFT, eps, 0), deviation);
        return kernels.binary(BinaryFn.DIV, Update.scaled(kernels, first, 1 / (1 - Math.pow(beta1, t))), denominator);
    }
}
