package io.github.lrp4j.evaluate;

import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import java.util.Random;

/** Small classifiers and pictures with drawn numbers, in float64. */
public final class TinyClassifier {
    private TinyClassifier() {
    }

    /** Normal numbers. */
    public static Tensor normal(long seed, int... sizes) {
        Random random = new Random(seed);
        Shape shape = Shape.of(sizes);
        double[] values = new double[shape.arrayLength()];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextGaussian();
        }
        return Tensor.of(values, shape);
    }

    /** {@code logits = x W^T + b} of the flattened picture. */
    public static Classifier linear(Tensor weight, Tensor bias) {
        return new Classifier(input -> flat(input).linear(input.tape().parameter("weight", weight),
                input.tape().parameter("bias", bias)), new ReferenceKernels());
    }

    /** {@code logits = W2 relu(W1 x + b1) + b2} of the flattened picture. */
    public static Classifier mlp(long seed, int in, int hidden, int classes) {
        Tensor w1 = normal(seed, hidden, in);
        Tensor b1 = normal(seed + 1, hidden);
        Tensor w2 = normal(seed + 2, classes, hidden);
        Tensor b2 = normal(seed + 3, classes);
        return new Classifier(input -> flat(input)
                .linear(input.tape().parameter("w1", w1), input.tape().parameter("b1", b1)).relu()
                .linear(input.tape().parameter("w2", w2), input.tape().parameter("b2", b2)), new ReferenceKernels());
    }

    private static Value flat(Value input) {
        Shape shape = input.shape();
        return input.reshape(shape.size(0), shape.arrayLength() / shape.size(0));
    }

    /** A batch with keys 0, 1, 2 ... */
    public static Batch batch(Classifier classifier, Tensor inputs, int... targets) {
        long[] keys = new long[targets.length];
        for (int n = 0; n < keys.length; n++) {
            keys[n] = n;
        }
        return new Batch(classifier, inputs, targets, keys);
    }
}
