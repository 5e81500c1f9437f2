package io.github.lrp4j.zoo.layer;

import io.github.lrp4j.autograd.Value;

/** {@code y = x/2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))}: the approximation of {@link Gelu}. */
public record GeluTanh() implements Layer {
    @Override
    public Value forward(Value x, Pass pass) {
        return x.geluTanh();
    }
}
