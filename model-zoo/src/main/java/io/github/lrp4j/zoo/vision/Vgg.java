package io.github.lrp4j.zoo.vision;

import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.zoo.ModelFacts;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.layer.AdaptiveAvgPool2d;
import io.github.lrp4j.zoo.layer.BatchNorm2d;
import io.github.lrp4j.zoo.layer.Conv2d;
import io.github.lrp4j.zoo.layer.Dropout;
import io.github.lrp4j.zoo.layer.Flatten;
import io.github.lrp4j.zoo.layer.Linear;
import io.github.lrp4j.zoo.layer.MaxPool2d;
import io.github.lrp4j.zoo.layer.Relu;
import io.github.lrp4j.zoo.layer.Sequential;
import io.github.lrp4j.zoo.weights.Initial;
import io.github.lrp4j.zoo.weights.Weights;

/**
 * {@code logits = classifier(flatten(avgpool(features(x))))}: VGG (Simonyan, Zisserman 2015), with torchvision's
 * modules.
 *
 * <p>{@code features.N} are convolutions, batch norms, ReLUs and poolings, numbered together; {@code avgpool}; {@code
 * classifier.0, 3, 6 ...} the linear layers, with a ReLU and a dropout after each but the last.
 */
public final class Vgg {
    private Vgg() {
    }

    /**
     * A VGG of this shape.
     *
     * @param weights under torchvision's or timm's keys, see {@link VggNames}
     * @throws io.github.lrp4j.zoo.weights.WeightsException if they do not fit
     */
    public static Network of(String name, ModelFacts facts, VggConfig config, Weights weights) {
        Weights named = VggNames.fromTimm(weights);
        Sequential layers = new Sequential.Builder().add("features", features(config, named.pp("features")))
                .add("avgpool", new AdaptiveAvgPool2d(config.poolHeight(), config.poolWidth())).add("", new Flatten())
                .add("classifier", classifier(config, named.pp("classifier"))).build();
        named.requireFit(name);
        return new Network(name, facts, layers);
    }

    /**
     * The shape that these weights have, under any convention's keys, see {@link VggInference}.
     *
     * @throws io.github.lrp4j.zoo.weights.WeightsException if these are not the weights of a VGG
     */
    public static VggConfig configOf(Weights weights) {
        return VggInference.config(weights);
    }

    /**
     * A VGG of the shape that its weights have, see {@link VggInference}. Facts come from the metadata of the file;
     * where it has none, they are those of ImageNet, with the names of its classes if there are 1000.
     *
     * @throws io.github.lrp4j.zoo.weights.WeightsException if these are not the weights of a VGG
     */
    public static Network fromWeights(String name, Weights weights) {
        VggConfig config = configOf(weights);
        return of(name, VisionFacts.of(weights, config.channels(), config.classes()), config, weights);
    }

    private static Sequential features(VggConfig config, Weights weights) {
        Sequential.Builder features = new Sequential.Builder();
        int in = config.channels();
        for (VggConfig.Step step : config.features()) {
            switch (step) {
                case VggConfig.Pool() -> features.add(MaxPool2d.of(2, 2, 0));
                case VggConfig.Conv(int width) -> {
                    features.add(Conv2d.of(weights.pp(features.size()), in, width, 3, ConvSpec.of(2, 1, 1), true));
                    if (config.batchNorm()) {
                        features.add(BatchNorm2d.of(weights.pp(features.size()), width));
                    }
                    features.add(new Relu());
                    in = width;
                }
            }
        }
        return features.build();
    }

    private static Sequential classifier(VggConfig config, Weights weights) {
        Sequential.Builder classifier = new Sequential.Builder();
        int in = Math.multiplyExact(config.featureWidth(), config.poolHeight() * config.poolWidth());
        for (int width : config.hidden()) {
            classifier.add(Linear.of(weights.pp(classifier.size()), in, width, Initial.HE_NORMAL)).add(new Relu())
                    .add(new Dropout(config.dropout()));
            in = width;
        }
        return classifier.add(Linear.of(weights.pp(classifier.size()), in, config.classes(), Initial.LECUN_NORMAL))
                .build();
    }
}
