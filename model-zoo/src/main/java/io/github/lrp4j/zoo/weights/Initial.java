package io.github.lrp4j.zoo.weights;

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
    LECUN_NORMAL;

    Tensor draw(Shape shape, RandomGenerator random) {
        float[] values = new float[shape.arrayLength()];
        double fanIn = (double) values.length / Math.max(1, shape.rank() == 0 ? 1 : shape.size(0));
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (this) {
                case ZEROS -> 0;
                case ONES -> 1;
                case HE_NORMAL -> (float) (random.nextGaussian() * Math.sqrt(2 / fanIn));
                case LECUN_NORMAL -> (float) (random.nextGaussian() * Math.sqrt(1 / fanIn));
            };
        }
        return Tensor.of(values, shape);
    }
}
