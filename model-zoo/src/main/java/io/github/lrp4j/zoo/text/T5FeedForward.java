package io.github.lrp4j.zoo.text;

import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.layer.Linear;
import io.github.lrp4j.zoo.layer.Pass;
import io.github.lrp4j.zoo.weights.Initial;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.Map;

/**
 * {@code y = wo(f(wi_0(x)) * wi_1(x))} (Shazeer, arXiv 2002.05202), or {@code wo(f(wi(x)))} in the first version.
 *
 * @param activation f
 * @param up the branch of the activation
 * @param gate the other branch, null in the first version
 * @param down the projection back
 */
record T5FeedForward(TextActivation activation, Linear up, Linear gate, Linear down) {
    static T5FeedForward of(T5Config config, Weights weights) {
        return new T5FeedForward(config.activation(), wide(config, weights.pp(config.gated() ? "wi_0" : "wi")),
                config.gated() ? wide(config, weights.pp("wi_1")) : null,
                Linear.withoutBias(weights.pp("wo"), config.hidden(), config.width(), Initial.LECUN_NORMAL));
    }

    private static Linear wide(T5Config config, Weights weights) {
        return Linear.withoutBias(weights, config.width(), config.hidden(), Initial.LECUN_NORMAL);
    }

    Value forward(Value x, Pass pass) {
        Value hidden = activation.of(up.forwardIn(gate == null ? "wi" : "wi_0", x, pass));
        if (gate != null) {
            hidden = hidden.mul(gate.forwardIn("wi_1", x, pass));
        }
        return down.forwardIn("wo", hidden, pass);
    }

    void collectParameters(Map<String, Tensor> parameters) {
        up.collectParameters(parameters);
        if (gate != null) {
            gate.collectParameters(parameters);
        }
        down.collectParameters(parameters);
    }
}
