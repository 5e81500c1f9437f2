package io.github.lrp4j.zoo.layer;

import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.weights.Initial;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.List;
import java.util.Map;

/**
 * {@code y = x / sqrt(mean(x^2) + eps) * weight} over the last dimension (Zhang, Sennrich, arXiv 1910.07467).
 *
 * @param path prefix of the key {@code weight}
 * @param weight {@code [D]}
 * @param eps added to the mean square
 */
public record RmsNorm(String path, Tensor weight, double eps) implements Layer {
    /** An RMS norm of {@code width} numbers from {@code weights}. */
    public static RmsNorm of(Weights weights, int width, double eps) {
        return new RmsNorm(weights.path(), weights.get("weight", Initial.ONES, width), eps);
    }

    @Override
    public Value forward(Value x, Pass pass) {
        Value scale = x.tape().parameter(path + ".weight", weight);
        return switch (pass.norms()) {
            case FUSED -> x.rmsNorm(1, scale, eps);
            case EXPLICIT -> scale.mul(x.mul(x.pow(2).mean(List.of(-1), true).shift(eps).rsqrt()));
        };
    }

    @Override
    public void collectParameters(Map<String, Tensor> parameters) {
        parameters.put(path + ".weight", weight);
    }

    @Override
    public RmsNorm with(Map<String, Tensor> state) {
        return new RmsNorm(path, state.getOrDefault(path + ".weight", weight), eps);
    }
}
