package io.github.lrp4j.zoo.layer;

import io.github.lrp4j.autograd.Value;

/** {@code y = x / (1 + e^-x)}. */
public record Silu() implements Layer {
    @Override
    public Value forward(Value x, Pass pass) {
        return x.silu();
    }
}
