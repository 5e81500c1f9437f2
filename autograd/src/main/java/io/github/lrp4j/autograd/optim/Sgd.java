package io.github.lrp4j.autograd.optim;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.HashMap;
import java.util.Map;

/**
 * {@code p -= rate b} with {@code b = momentum b + g + weightDecay p}: stochastic gradient descent, as PyTorch's
 * {@code SGD} without dampening.
 *
 * <p>With Nesterov's momentum (Sutskever et al., ICML 2013) {@code p -= rate (g + weightDecay p + momentum b)}.
 */
public final class Sgd implements Optimizer {
    private final Kernels kernels;
    private final LearningRate rate;
    private final double momentum;
    private final boolean nesterov;
    private final double weightDecay;
    private final Map<String, Tensor> velocities = new HashMap<>();
    private int steps;

    /** Plain gradient descent. */
    public Sgd(Kernels kernels, LearningRate rate) {
        this(kernels, rate, 0, false, 0);
    }

    /**
     * @param momentum share of the last velocity that remains, 0 for none
     * @param nesterov whether the gradient counts as if the step had been made; needs momentum
     * @param weightDecay factor of the parameter that is added to its gradient
     */
    public Sgd(Kernels kernels, LearningRate rate, double momentum, boolean nesterov, double weightDecay) {
        if (momentum < 0 || weightDecay < 0 || (nesterov && momentum == 0)) {
            throw new IllegalArgumentException(
                    "sgd: momentum " + momentum + ", nesterov " + nesterov + ", weight decay " + weightDecay
                            + " out of range");
        }
        this.kernels = kernels;
        this.rate = rate;
        this.momentum = momentum;
        this.nesterov = nesterov;
        this.weightDecay = weightDecay;
    }

    @Override
    public Map<String, Tensor> step(Map<String, Tensor> parameters, Map<String, Tensor> gradients) {
        double now = rate.at(steps);
        Map<String, Tensor> updated = Update.each(parameters, gradients, (name, parameter, gradient) -> {
            Tensor g = Update.plus(kernels, gradient, parameter, weightDecay);
            if (momentum != 0) {
                Tensor before = velocities.get(name);
                Tensor velocity = before == null ? g : Update.plus(kernels, g, before, momentum);
                velocities.put(name, velocity);
                g = nesterov ? Update.plus(kernels, g, velocity, momentum) : velocity;
            }
            return Update.plus(kernels, parameter, g, -now);
        });
        steps++;
        return updated;
    }
}
