package io.github.lrp4j.autograd.optim;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import java.util.LinkedHashMap;
import java.util.Map;

/** One step over named parameters, and the arithmetic that the formulas share. */
final class Update {
    /** The new value of one parameter. */
    @FunctionalInterface
    interface Rule {
        Tensor of(String name, Tensor parameter, Tensor gradient);
    }

    private Update() {
    }

    static Map<String, Tensor> each(Map<String, Tensor> parameters, Map<String, Tensor> gradients, Rule rule) {
        for (Map.Entry<String, Tensor> gradient : gradients.entrySet()) {
            Tensor parameter = parameters.get(gradient.getKey());
            if (parameter == null) {
                throw new IllegalArgumentException("optimizer: gradient of an unknown parameter " + gradient.getKey());
            }
            if (!parameter.shape().equals(gradient.getValue().shape())) {
                throw new IllegalArgumentException("optimizer: shapes differ at " + gradient.getKey() + ", parameter "
                        + parameter.shape() + ", gradient " + gradient.getValue().shape());
            }
        }
        Map<String, Tensor> updated = new LinkedHashMap<>();
        parameters.forEach((name, parameter) -> {
            Tensor gradient = gradients.get(name);
            updated.put(name, gradient == null ? parameter : rule.of(name, parameter, gradient));
        });
        return updated;
    }

    static Tensor scaled(Kernels kernels, Tensor x, double factor) {
        return factor == 1 ? x : kernels.unary(new UnaryFn(UnaryFn.Kind.SCALE, factor, 0), x);
    }

    /** {@code x + factor y}. */
    static Tensor plus(Kernels kernels, Tensor x, Tensor y, double factor) {
        return factor == 0 ? x : kernels.binary(BinaryFn.ADD, x, scaled(kernels, y, factor));
    }
}
