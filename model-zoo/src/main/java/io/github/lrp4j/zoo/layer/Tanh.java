package io.github.lrp4j.zoo.layer;

import io.github.lrp4j.autograd.Value;

/** {@code y = tanh x}. */
public record Tanh() implements Layer {
    @Override
    public Value forward(Value x, Pass pass) {
        return x.tanh();
    }
}
