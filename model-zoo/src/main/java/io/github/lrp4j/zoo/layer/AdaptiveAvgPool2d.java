package io.github.lrp4j.zoo.layer;

import io.github.lrp4j.autograd.Value;

/**
 * Average over the windows that divide {@code [N, C, H, W]} into {@code height x width} cells.
 *
 * @param height rows of the result
 * @param width columns of the result
 */
public record AdaptiveAvgPool2d(int height, int width) implements Layer {
    @Override
    public Value forward(Value x, Pass pass) {
        return x.adaptiveAvgPool(height, width);
    }
}
