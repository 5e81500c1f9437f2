package io.github.lrp4j.zoo.layer;

import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.weights.Initial;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.Map;

/**
 * {@code y = x weight^T + bias}: {@code [..., I] -> [..., O]}.
 *
 * @param path prefix of the keys {@code weight} and {@code bias}
 * @param weight {@code [O, I]}
 * @param bias {@code [O]}, null for none
 */
public record Linear(String path, Tensor weight, Tensor bias) implements Layer {
    /** A linear layer from {@code weights}; {@code initial} is how its weight starts where there is none yet. */
    public static Linear of(Weights weights, int in, int out, Initial initial) {
        return new Linear(weights.path(), weights.get("weight", initial, out, in),
                weights.get("bias", Initial.ZEROS, out));
    }

    /** A linear layer without bias. */
    public static Linear withoutBias(Weights weights, int in, int out, Initial initial) {
        return new Linear(weights.path(), weights.get("weight", initial, out, in), null);
    }

    @Override
    public Value forward(Value x, Pass pass) {
        Tape tape = x.tape();
        return x.linear(tape.parameter(path + ".weight", weight),
                bias == null ? null : tape.parameter(path + ".bias", bias));
    }

    @Override
    public void collectParameters(Map<String, Tensor> parameters) {
        parameters.put(path + ".weight", weight);
        if (bias != null) {
            parameters.put(path + ".bias", bias);
        }
    }

    @Override
    public Linear with(Map<String, Tensor> state) {
        return new Linear(path, state.getOrDefault(path + ".weight", weight), state.getOrDefault(path + ".bias", bias));
    }
}
