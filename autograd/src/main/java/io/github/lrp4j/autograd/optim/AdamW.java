package io.github.lrp4j.autograd.optim;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.Map;

/**
 * {@code p = (1 - rate weightDecay) p - rate mhat / (sqrt(vhat) + eps)}: {@link Adam} with weight decay beside the adaptive
 * step instead of in it (Loshchilov and Hutter, arXiv 1711.05101).
 */
public final class AdamW implements Optimizer {
    private final Kernels kernels;
    private final LearningRate rate;
    private final double weightDecay;
    private final Moments moments;
    private int steps;

    /** With decay rates 0.9 and 0.999, eps 1e-8 and weight decay 0.01. */
    public AdamW(Kernels kernels, LearningRate rate) {
        this(kernels, rate, 0.9, 0.999, 1e-8, 0.01);
    }

    /**
     * @param beta1 share of the mean gradient that remains
     * @param beta2 share of the mean square that remains
     * @param eps added to the root of the mean square
     * @param weightDecay share of the parameter that each step takes away, times the rate
     */
    public AdamW(Kernels kernels, LearningRate rate, double beta1, double beta2, double eps, double weightDecay) {
        this.kernels = kernels;
        this.rate = rate;
        this.weightDecay = weightDecay;
        this.moments = new Moments(kernels, beta1, beta2, eps);
    }

    @Override
    public Map<String, Tensor> step(Map<String, Tensor> parameters, Map<String, Tensor> gradients) {
        double now = rate.at(steps);
        Map<String, Tensor> updated = Update.each(parameters, gradients,
                (name, parameter, gradient) -> Update.plus(kernels,
                        Update.scaled(kernels, parameter, 1 - now * weightDecay), moments.direction(name, gradient),
                        -now));
        steps++;
        return updated;
    }
}
