package io.github.lrp4j.zoo.layer;

import io.github.lrp4j.autograd.Scope;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.Tensor;
import java.util.Map;

/**
 * {@code y = relu(main(x) + shortcut(x))}: the block of a residual network (He et al. 2016, equations 1 and 2).
 *
 * @param main the learned branch; its children are recorded directly under the block's scope
 * @param shortcut the projection, recorded under {@code downsample}; without children it is the identity
 */
public record Residual(Sequential main, Sequential shortcut) implements Layer {
    @Override
    public Value forward(Value x, Pass pass) {
        Value residual = main.forward(x, pass);
        Value identity = shortcut.children().isEmpty()
                ? x
                : new Sequential.Child("downsample", shortcut).forward(x, pass);
        Value sum = residual.add(identity);
        try (Scope _ = x.tape().scope("relu")) {
            return sum.relu();
        }
    }

    @Override
    public void collectParameters(Map<String, Tensor> parameters) {
        main.collectParameters(parameters);
        shortcut.collectParameters(parameters);
    }

    @Override
    public void collectBuffers(Map<String, Tensor> buffers) {
        main.collectBuffers(buffers);
        shortcut.collectBuffers(buffers);
    }

    @Override
    public Residual with(Map<String, Tensor> state) {
        return new Residual(main.with(state), shortcut.with(state));
    }
}
