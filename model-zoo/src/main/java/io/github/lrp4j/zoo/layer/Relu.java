package io.github.lrp4j.zoo.layer;

import io.github.lrp4j.autograd.Value;

/** {@code y = max(x, 0)}. */
public record Relu() implements Layer {
    @Override
    public Value forward(Value x, Pass pass) {
        return x.relu();
    }
}
