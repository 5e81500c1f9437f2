package io.github.lrp4j.zoo.fashion;

import io.github.lrp4j.zoo.ModelFacts;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.data.FashionMnist;
import io.github.lrp4j.zoo.train.Augmentation;
import io.github.lrp4j.zoo.train.TrainingPlan;
import io.github.lrp4j.zoo.vision.Vgg;
import io.github.lrp4j.zoo.vision.VggConfig;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A small VGG for the 28 x 28 grey pictures of Fashion-MNIST: shape, initial weights and training plan of the network
 * that comes with this library, see {@link EmbeddedModel}.
 */
public final class FashionVgg {
    /** What it is called. */
    public static final String NAME = "fashion-vgg";

    private FashionVgg() {
    }

    /** Five convolutions, three poolings, one hidden layer. */
    public static VggConfig config() {
        return new VggConfig(1, VggConfig.steps("16 M 32 32 M 64 64 M"), false, 3, 3, List.of(128),
                FashionMnist.CLASSES.size(),
                0.3);
    }

    /** Its input and classes. */
    public static ModelFacts facts() {
        return new ModelFacts(FashionMnist.preprocessing(), FashionMnist.CLASSES);
    }

    /** The network before training. */
    public static Network untrained(long seed) {
        return Vgg.of(NAME, facts(), config(), Weights.initialized(new SplittableRandom(seed)));
    }

    /** How the embedded network was trained. */
    public static TrainingPlan plan(long seed) {
        return new TrainingPlan(8, 64, TrainingPlan.Algorithm.ADAMW, 2e-3, 200, 0.01, 0, new Augmentation(0, true),
                seed);
    }
}
