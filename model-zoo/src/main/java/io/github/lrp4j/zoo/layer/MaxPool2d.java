package io.github.lrp4j.zoo.layer;

import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.kernels.PoolSpec;

/**
 * Largest value per window: {@code [N, C, H, W] -> [N, C, H', W']}.
 *
 * @param spec window, stride and padding
 */
public record MaxPool2d(PoolSpec spec) implements Layer {
    /** A square window. */
    public static MaxPool2d of(int kernel, int stride, int padding) {
        return new MaxPool2d(PoolSpec.of(2, kernel, stride, padding));
    }

    @Override
    public Value forward(Value x, Pass pass) {
        return x.maxPool(spec);
    }
}
