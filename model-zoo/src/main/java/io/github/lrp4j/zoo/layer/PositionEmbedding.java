package io.github.lrp4j.zoo.layer;

import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.weights.Initial;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.Map;

/**
 * {@code y = x + table}: a learned vector for each place in the sequence.
 *
 * @param key its key in the weight file
 * @param table {@code [1, T, D]}
 */
public record PositionEmbedding(String key, Tensor table) implements Layer {
    /** A table of {@code tokens} places, under {@code name}. */
    public static PositionEmbedding of(Weights weights, String name, int tokens, int width) {
        return new PositionEmbedding(weights.pp(name).path(),
                weights.get(name, Initial.SMALL_NORMAL, 1, tokens, width));
    }

    @Override
    public Value forward(Value x, Pass pass) {
        if (x.shape().size(1) != table.size(1)) {
            throw new IllegalArgumentException("position embedding at " + key + ": " + x.shape().size(1)
                    + " tokens, but the table has " + table.size(1)
                    + "; load the network with the picture size that it is to read");
        }
        return x.add(x.tape().parameter(key, table));
    }

    @Override
    public void collectParameters(Map<String, Tensor> parameters) {
        parameters.put(key, table);
    }

    @Override
    public PositionEmbedding with(Map<String, Tensor> state) {
        return new PositionEmbedding(key, state.getOrDefault(key, table));
    }
}
