package io.github.lrp4j.autograd.optim;

import io.github.lrp4j.tensor.Tensor;
import java.util.Map;

/**
 * Turns gradients into better parameters. Tensors do not change; what an optimiser remembers between steps lies in the
 * optimiser, by parameter name.
 */
public interface Optimizer {
    /**
     * One step.
     *
     * @param parameters by name
     * @param gradients by the same names; a parameter without one stays as it is
     * @return the new parameters, all names of {@code parameters} in their order
     * @throws IllegalArgumentException if a gradient has no parameter or another shape
     */
    Map<String, Tensor> step(Map<String, Tensor> parameters, Map<String, Tensor> gradients);
}
