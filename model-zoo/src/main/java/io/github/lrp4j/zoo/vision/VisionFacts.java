package io.github.lrp4j.zoo.vision;

import io.github.lrp4j.zoo.ModelFacts;
import io.github.lrp4j.zoo.data.FashionMnist;
import io.github.lrp4j.zoo.image.ImagePreprocessing;
import io.github.lrp4j.zoo.weights.Weights;
import io.github.lrp4j.zoo.weights.WeightsException;
import java.util.Optional;

/** Input and classes of a network of pictures: from its file, or else what its sizes suggest. */
public final class VisionFacts {
    private VisionFacts() {
    }

    /**
     * The facts in the metadata of the weights. Where there are none: those of ImageNet for colour pictures, with the
     * names of its classes if there are 1000, and those of Fashion-MNIST for grey ones, with numbers as names.
     *
     * @throws WeightsException if the metadata does not fit the weights
     */
    public static ModelFacts of(Weights weights, int channels, int classes) {
        Optional<ModelFacts> told;
        try {
            told = ModelFacts.fromMetadata(weights.metadata());
        } catch (IllegalArgumentException e) {
            throw new WeightsException(weights.name() + ": " + e.getMessage());
        }
        if (told.isPresent()) {
            ModelFacts facts = told.get();
            if (facts.preprocessing().channels() != channels || facts.classes().size() != classes) {
                throw new WeightsException(weights.name() + ": metadata speaks of " + facts.preprocessing().channels()
                        + " channels and " + facts.classes().size() + " classes, the weights of " + channels + " and "
                        + classes);
            }
            return facts;
        }
        return switch (channels) {
            case 1 -> ModelFacts.unnamed(FashionMnist.preprocessing(), classes);
            case 3 -> classes == ImageNetClasses.COUNT
                    ? imageNet()
                    : ModelFacts.unnamed(ImagePreprocessing.imageNet(), classes);
            default -> throw new WeightsException(
                    weights.name() + ": pictures have 1 or 3 channels, the weights have " + channels);
        };
    }

    /** Input and classes of networks trained on ImageNet. */
    static ModelFacts imageNet() {
        return new ModelFacts(ImagePreprocessing.imageNet(), ImageNetClasses.names());
    }
}
