package io.github.lrp4j.zoo.layer;

import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.Map;

/**
 * {@code y = sigmoid(fc2(silu(fc1(mean x)))) * x}: each channel scaled by what the means of all channels say (Hu et al.
 * 2018, equations 2 to 4; with SiLU as in EfficientNet).
 *
 * @param reduce 1 x 1 convolution to fewer channels
 * @param expand 1 x 1 convolution back
 */
public record SqueezeExcitation(Conv2d reduce, Conv2d expand) implements Layer {
    /** A squeeze and excitation of {@code channels} channels through {@code squeezed}, under {@code fc1} and {@code fc2}. */
    public static SqueezeExcitation of(Weights weights, int channels, int squeezed) {
        ConvSpec point = ConvSpec.of(2, 1, 0);
        return new SqueezeExcitation(Conv2d.of(weights.pp("fc1"), channels, squeezed, 1, point, true),
                Conv2d.of(weights.pp("fc2"), squeezed, channels, 1, point, true));
    }

    @Override
    public Value forward(Value x, Pass pass) {
        Value scale = branch().forward(x, pass);
        return scale.sigmoid().mul(x);
    }

    private Sequential branch() {
        return new Sequential.Builder().add("avgpool", new AdaptiveAvgPool2d(1, 1)).add("fc1", reduce)
                .add("activation", new Silu()).add("fc2", expand).build();
    }

    @Override
    public void collectParameters(Map<String, Tensor> parameters) {
        reduce.collectParameters(parameters);
        expand.collectParameters(parameters);
    }

    @Override
    public SqueezeExcitation with(Map<String, Tensor> state) {
        return new SqueezeExcitation(reduce.with(state), expand.with(state));
    }
}
