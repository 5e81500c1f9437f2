package io.github.lrp4j.autograd.init;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.util.function.DoubleSupplier;
import java.util.random.RandomGenerator;

/**
 * {@code deviation = sqrt(2 / ((1 + negativeSlope^2) fan))}: random weights that keep the size of activations, or of
 * gradients, from layer to layer behind (leaky) ReLUs (He et al., arXiv 1502.01852, equations 10 and 14).
 *
 * <p>Weights are {@code [out, in]} or {@code [out, in / groups, kernel...]}, float32.
 *
 * @param fan what is kept
 * @param negativeSlope of the leaky ReLU, 0 for ReLU
 */
public record Kaiming(Fan fan, double negativeSlope) {
    /** Which connections count. */
    public enum Fan {
        /** Those into an output: activations keep their size. */
        IN,
        /** Those out of an input: gradients keep their size. */
        OUT
    }

    /** What PyTorch gives linear layers and convolutions: with {@link #uniform} between {@code -+1 / sqrt(fan in)}. */
    public static final Kaiming LAYER = new Kaiming(Fan.IN, Math.sqrt(5));
    /** For convolutions before ReLU in residual networks: with {@link #normal} of deviation {@code sqrt(2 / fan out)}. */
    public static final Kaiming RELU = new Kaiming(Fan.OUT, 0);

    /** Uniform between {@code -+sqrt(3) deviation}. */
    public Tensor uniform(Shape weight, RandomGenerator random) {
        double bound = Math.sqrt(3) * deviation(weight);
        return filled(weight, () -> (2 * random.nextDouble() - 1) * bound);
    }

    /** Normal with mean 0. */
    public Tensor normal(Shape weight, RandomGenerator random) {
        double deviation = deviation(weight);
        return filled(weight, () -> random.nextGaussian() * deviation);
    }

    /** Uniform between {@code -+1 / sqrt(fan in)}: what PyTorch gives the bias beside a weight of shape {@code weight}. */
    public static Tensor bias(Shape weight, RandomGenerator random) {
        double bound = 1 / Math.sqrt(connections(weight, Fan.IN));
        return filled(Shape.of(weight.size(0)), () -> (2 * random.nextDouble() - 1) * bound);
    }

    /** The deviation of a weight of this shape. */
    public double deviation(Shape weight) {
        return Math.sqrt(2 / ((1 + negativeSlope * negativeSlope) * connections(weight, fan)));
    }

    private static double connections(Shape weight, Fan fan) {
        if (weight.rank() < 2 || weight.elements() == 0) {
            throw new IllegalArgumentException("kaiming: a weight is [out, in] or [out, in, kernel...], got " + weight);
        }
        return (double) weight.elements() / weight.size(fan == Fan.IN ? 0 : 1);
    }

    private static Tensor filled(Shape shape, DoubleSupplier next) {
        float[] values = new float[shape.arrayLength()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) next.getAsDouble();
        }
        return Tensor.of(values, shape);
    }
}
