package io.github.lrp4j.bench.compare;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.util.random.RandomGenerator;

/**
 * Drawn tensors.
 *
 * @param random the source
 */
record Normal(RandomGenerator random) {
    Tensor tensor(int... sizes) {
        float[] values = new float[Shape.of(sizes).arrayLength()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.of(values, sizes);
    }
}
