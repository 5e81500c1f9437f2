package io.github.lrp4j.zoo.vision;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.lrp4j.autograd.Retain;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Backends;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks of published size compute on pictures of 224 x 224. */
@Tag("slow")
class FullSizeTest {
    /** Uniform numbers of deviation 1 instead of normal ones: a tenth of the time for 138 million weights. */
    private record Quick(SplittableRandom random) implements RandomGenerator {
        @Override
        public long nextLong() {
            return random.nextLong();
        }

        @Override
        public double nextGaussian() {
            return (random.nextInt() >> 8) * (Math.sqrt(3) / (1 << 23));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"resnet50"})
    void runs(String name) {
        Network network = VisionModels.load(name, Weights.initialized(new Quick(new SplittableRandom(1))));
        float[] pixels = new float[3 * 224 * 224];
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) random.nextDouble(-2, 2);
        }
        Tape tape = new Tape(Backends.select().kernels(), Retain.NOTHING);
        Tensor logits = network.forward(tape, tape.constant(Tensor.of(pixels, 1, 3, 224, 224))).tensor();
        assertThat(logits.shape()).isEqualTo(Shape.of(1, 1000));
        double[] values = logits.toDoubleArray();
        assertThat(Arrays.stream(values).allMatch(Double::isFinite)).isTrue();
        assertThat(Arrays.stream(values).distinct().count()).isGreaterThan(900);
    }
}
