package io.github.lrp4j.bench;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.util.SplittableRandom;

/** Tensors of normally distributed numbers, the same in every run. */
final class Numbers {
    private final SplittableRandom random = new SplittableRandom(1);

    Tensor normal(int... sizes) {
        float[] values = new float[Shape.of(sizes).arrayLength()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.of(values, sizes);
    }
}
