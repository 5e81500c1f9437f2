package io.github.lrp4j.bench;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.util.SplittableRandom;

/** Drawn tensors, the same in every run. */
public final class Numbers {
    private final SplittableRandom random = new SplittableRandom(1);

    /** Of mean 0 and deviation 1: normal, or uniform where there are so many that drawing would take long. */
    public Tensor normal(int... sizes) {
        float[] values = new float[Shape.of(sizes).arrayLength()];
        Quick quick = new Quick(random);
        boolean many = values.length > 1 << 20;
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (many ? quick : random).nextGaussian();
        }
        return Tensor.of(values, sizes);
    }

    /** Magnitudes between 1/2 and 2 with a random sign. */
    Tensor awayFromZero(int... sizes) {
        float[] values = new float[Shape.of(sizes).arrayLength()];
        for (int i = 0; i < values.length; i++) {
            double magnitude = random.nextDouble(0.5, 2);
            values[i] = (float) (random.nextBoolean() ? magnitude : -magnitude);
        }
        return Tensor.of(values, sizes);
    }

    /** What a ReLU leaves. */
    static Tensor nonNegative(Tensor x) {
        float[] values = x.toFloatArray();
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.max(values[i], 0);
        }
        return Tensor.of(values, x.shape());
    }

    /** BOOL, true half of the time. */
    Tensor coin(int... sizes) {
        byte[] values = new byte[Shape.of(sizes).arrayLength()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (byte) random.nextInt(2);
        }
        return Tensor.of(values, DType.BOOL, Shape.of(sizes));
    }

    /** Whole numbers from 0 to below {@code bound}. */
    Tensor positions(int bound, int... sizes) {
        long[] values = new long[Shape.of(sizes).arrayLength()];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(bound);
        }
        return Tensor.of(values, sizes);
    }
}
