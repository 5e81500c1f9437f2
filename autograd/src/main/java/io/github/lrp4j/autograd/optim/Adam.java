package io.github.lrp4j.autograd.optim;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.Map;

/**
 * {@code p -= rate mhat / (sqrt(vhat) + eps)} with bias-corrected running means of the gradient and its square (Kingma and
 * Ba, arXiv 1412.6980, algorithm 1). Weight decay is added to the gradient, as in PyTorch's {@code Adam}; see
 * {@link AdamW}.
 */
public final class Adam implements Optimizer {
    private final Kernels kernels;
    private final LearningRate rate;
    private final double weightDecay;
    private final Moments moments;
    private int steps;

    /** With decay rates 0.9 and 0.999, eps 1e-8 and no weight decay. */
    public Adam(Kernels kernels, LearningRate rate) {
        this(kernels, rate, 0.9, 0.999, 1e-8, 0);
    }

    /**
     * @param beta1 share of the mean gradient that remains
     * @param beta2 share of the mean square that remains
     * @param eps added to the root of the mean square
     * @param weightDecay factor of the parameter that is added to its gradient
     */
    public Adam(Kernels kernels, LearningRate rate, double beta1, double beta2, double eps, double weightDecay) {
        this.kernels = kernels;
        this.rate = rate;
        this.weightDecay = weightDecay;
        this.moments = new Moments(kernels, beta1, beta2, eps);
    }

    @Override
    public Map<String, Tensor> step(Map<String, Tensor> parameters, Map<String, Tensor> gradients) {
        double now = rate.at(steps);
        Map<String, Tensor> updated =
                Update.each(parameters, gradients, (name, parameter, gradient) -> Update.plus(kernels, parameter,
                        moments.direction(name, Update.plus(kernels, gradient, parameter, weightDecay)), -now));
        steps++;
        return updated;
    }
}
