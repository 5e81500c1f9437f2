package io.github.lrp4j.zoo.layer;

import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.zoo.weights.Initial;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.Map;

/**
 * {@code y[n, o] = bias[o] + sum_c weight[o, c] * x[n, c]} (cross-correlation): {@code [N, C, H, W] -> [N, O, H', W']}.
 *
 * @param path prefix of the keys {@code weight} and {@code bias}
 * @param weight {@code [O, C / groups, kernel, kernel]}
 * @param bias {@code [O]}, or null for none
 * @param spec stride, padding, dilation and groups
 */
public record Conv2d(String path, Tensor weight, Tensor bias, ConvSpec spec) implements Layer {
    /** A square convolution from {@code weights}. */
    public static Conv2d of(Weights weights, int in, int out, int kernel, ConvSpec spec, boolean bias) {
        return new Conv2d(weights.path(),
                weights.get("weight", Initial.HE_NORMAL, out, in / spec.groups(), kernel, kernel),
                bias ? weights.get("bias", Initial.ZEROS, out) : null, spec);
    }

    @Override
    public Value forward(Value x, Pass pass) {
        Tape tape = x.tape();
        Value w = tape.parameter(path + ".weight", weight);
        return x.conv(w, bias == null ? null : tape.parameter(path + ".bias", bias), spec);
    }

    @Override
    public void collectParameters(Map<String, Tensor> parameters) {
        parameters.put(path + ".weight", weight);
        if (bias != null) {
            parameters.put(path + ".bias", bias);
        }
    }

    @Override
    public Conv2d with(Map<String, Tensor> state) {
        return new Conv2d(path, state.getOrDefault(path + ".weight", weight), state.getOrDefault(path + ".bias", bias),
                spec);
    }
}
