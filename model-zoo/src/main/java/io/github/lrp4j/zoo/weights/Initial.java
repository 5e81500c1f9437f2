package io.github.lrp4j.zoo.weights;

import io.github.lrp4j.autograd.init.Kaiming;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.util.random.RandomGenerator;

/** How a weight starts before training. The fan-in of a weight {@code [O, I, kernel...]} is {@code I kernel...}. */
public enum Initial {
    /** {@code 0}: biases, running means. */
    ZEROS,
    /** {@code 1}: the scale of a normalisation, running variances. */
    ONES,
    /** {@code N(0, 2 / fan-in)}: weights whose output goes to a ReLU (He et al. 2015, equation 10). */
    HE_NORMAL,
    /** {@code N(0, 1 / fan-in)}: weights whose output is used as it is. */
    LECUN_NORMAL,
    /** {@code N(0, 0.02^2)}: tables of embeddings. */
    SMALL_NORMAL;

    Tensor draw(Shape shape, RandomGenerator random) {
        return switch (this) {
            case ZEROS -> Tensor.zeros(DType.F32, shape);
            case ONES -> Tensor.full(1, DType.F32, shape);
            case HE_NORMAL -> new Kaiming(Kaiming.Fan.IN, 0).normal(shape, random);
            case LECUN_NORMAL -> new Kaiming(Kaiming.Fan.IN, 1).normal(shape, random);
            case SMALL_NORMAL -> {
                float[] values = new float[shape.arrayLength()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) (0.02 * random.nextGaussian());
                }
                yield Tensor.of(values, shape);
            }
        };
    }
}
