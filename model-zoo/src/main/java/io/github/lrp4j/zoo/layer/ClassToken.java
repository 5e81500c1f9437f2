package io.github.lrp4j.zoo.layer;

import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.weights.Initial;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.Map;

/**
 * {@code [N, T, D] -> [N, 1 + T, D]}: a learned token in front of the others (Devlin et al., arXiv 1810.04805).
 *
 * @param key its key in the weight file
 * @param token {@code [1, 1, D]}
 */
public record ClassToken(String key, Tensor token) implements Layer {
    /** A class token of {@code width} numbers, under {@code name}. */
    public static ClassToken of(Weights weights, String name, int width) {
        return new ClassToken(weights.pp(name).path(), weights.get(name, Initial.ZEROS, 1, 1, width));
    }

    @Override
    public Value forward(Value x, Pass pass) {
        Value one = x.tape().parameter(key, token).expand(x.shape().size(0), -1, -1);
        return Value.cat(1, one, x);
    }

    @Override
    public void collectParameters(Map<String, Tensor> parameters) {
        parameters.put(key, token);
    }

    @Override
    public ClassToken with(Map<String, Tensor> state) {
        return new ClassToken(key, state.getOrDefault(key, token));
    }
}
