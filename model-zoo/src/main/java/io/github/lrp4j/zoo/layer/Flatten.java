package io.github.lrp4j.zoo.layer;

import io.github.lrp4j.autograd.Value;

/** {@code [N, C, H, W] -> [N, C H W]}. */
public record Flatten() implements Layer {
    @Override
    public Value forward(Value x, Pass pass) {
        return x.flatten(1);
    }
}
