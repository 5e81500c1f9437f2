package io.github.lrp4j.zoo.layer;

import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.Tensor;
import java.util.Map;

/**
 * {@code y = main(x) + x}: a residual branch around which the input is carried unchanged, as transformers and inverted
 * residuals have it.
 *
 * @param main the learned branch, of the shape of its input; its children are recorded directly under the block's scope
 */
public record Skip(Sequential main) implements Layer {
    @Override
    public Value forward(Value x, Pass pass) {
        return main.forward(x, pass).add(x);
    }

    @Override
    public void collectParameters(Map<String, Tensor> parameters) {
        main.collectParameters(parameters);
    }

    @Override
    public void collectBuffers(Map<String, Tensor> buffers) {
        main.collectBuffers(buffers);
    }

    @Override
    public Skip with(Map<String, Tensor> state) {
        return new Skip(main.with(state));
    }
}
