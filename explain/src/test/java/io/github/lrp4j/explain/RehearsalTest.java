package io.github.lrp4j.explain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lrp4j.tensor.kernels.Backends;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.zoo.ModelFacts;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.image.ImagePreprocessing;
import io.github.lrp4j.zoo.image.RgbImage;
import io.github.lrp4j.zoo.vision.Vgg;
import io.github.lrp4j.zoo.vision.VggConfig;
import io.github.lrp4j.zoo.weights.Weights;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RehearsalTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    private static double[] relevance(Kernels kernels) {
        ImagePreprocessing input = ImagePreprocessing.imageNet().withSize(32);
        VggConfig config = new VggConfig(3, VggConfig.steps("64 64 M 16 M"), false, 2, 2, List.of(8), 5, 0.5);
        Network network = Vgg.of("small", ModelFacts.unnamed(input, 5), config,
                Weights.initialized(new SplittableRandom(7)));
        byte[] samples = new byte[3 * 32 * 32];
        new SplittableRandom(8).nextBytes(samples);
        return Explainer.of(network).with(kernels).explain(RgbImage.of(32, 32, samples)).relevance().toDoubleArray();
    }

    @Test
    void resultsAreTheSameBitForBitBesideARehearsal() {
        Kernels kernels = Backends.select().kernels();
        double[] alone = relevance(kernels);
        System.setProperty(Rehearsal.PROPERTY, "true");
        try (Rehearsal rehearsal = Rehearsal.ofPictures(RulePreset.DYNAMIC_LRP_GAMMA, kernels)) {
            assertArrayEquals(alone, relevance(kernels));
            rehearsal.end();
            assertTrue(rehearsal.await(SOON), "ends when told to");
        } finally {
            System.clearProperty(Rehearsal.PROPERTY);
        }
        assertArrayEquals(alone, relevance(kernels));
    }

    @Test
    void onlyVectorisedKernelsAreRehearsed() {
        assertTrue(Backends.alone(new ReferenceKernels()).isEmpty());
        assertTrue(Rehearsal.ofPictures(RulePreset.EPSILON_PLUS, new ReferenceKernels()).await(Duration.ZERO));
        assertTrue(Rehearsal.none().await(Duration.ZERO));
    }

    @Test
    void itIsSwitchedOnByAProperty() {
        assertTrue(Rehearsal.ofPictures(RulePreset.EPSILON_PLUS, Backends.select().kernels()).await(Duration.ZERO));
    }
}
