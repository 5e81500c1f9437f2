package io.github.lrp4j.zoo.layer;

import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.Shape;

/** {@code [N, D, H, W] -> [N, H W, D]}: a map of features as a sequence of tokens, row by row. */
public record Tokens() implements Layer {
    @Override
    public Value forward(Value x, Pass pass) {
        Shape shape = x.shape();
        return x.reshape(shape.size(0), shape.size(1), shape.size(2) * shape.size(3)).permute(0, 2, 1);
    }
}
