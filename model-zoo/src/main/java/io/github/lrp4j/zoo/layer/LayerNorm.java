package io.github.lrp4j.zoo.layer;

import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.weights.Initial;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.Map;

/**
 * {@code y = (x - mean) / sqrt(var + eps) * weight + bias} over the last dimension (Ba et al., arXiv 1607.06450).
 *
 * @param path prefix of the keys {@code weight} and {@code bias}
 * @param weight {@code [D]}
 * @param bias {@code [D]}
 * @param eps added to the variance
 */
public record LayerNorm(String path, Tensor weight, Tensor bias, double eps) implements Layer {
    /** A layer norm of {@code width} numbers from {@code weights}. */
    public static LayerNorm of(Weights weights, int width, double eps) {
        return new LayerNorm(weights.path(), weights.get("weight", Initial.ONES, width),
                weights.get("bias", Initial.ZEROS, width), eps);
    }

    @Override
    public Value forward(Value x, Pass pass) {
        Tape tape = x.tape();
        return x.layerNorm(1, tape.parameter(path + ".weight", weight), tape.parameter(path + ".bias", bias), eps);
    }

    @Override
    public void collectParameters(Map<String, Tensor> parameters) {
        parameters.put(path + ".weight", weight);
        parameters.put(path + ".bias", bias);
    }

    @Override
    public LayerNorm with(Map<String, Tensor> state) {
        return new LayerNorm(path, state.getOrDefault(path + ".weight", weight),
                state.getOrDefault(path + ".bias", bias), eps);
    }
}
