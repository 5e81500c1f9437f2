package io.github.lrp4j.zoo.layer;

import io.github.lrp4j.autograd.Value;

/** {@code y = x Phi(x)} with the normal distribution function {@code Phi}. */
public record Gelu() implements Layer {
    @Override
    public Value forward(Value x, Pass pass) {
        return x.gelu();
    }
}
