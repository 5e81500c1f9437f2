package io.github.lrp4j.zoo.published;

import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.files.ConfigException;
import io.github.lrp4j.zoo.files.ModelConfig;
import io.github.lrp4j.zoo.files.ModelFiles;
import io.github.lrp4j.zoo.json.JsonFileException;
import io.github.lrp4j.zoo.vision.EfficientNetV2Names;
import io.github.lrp4j.zoo.vision.ResNetNames;
import io.github.lrp4j.zoo.vision.VitNames;
import io.github.lrp4j.zoo.weights.Weights;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * {@code files -> classifier of pictures}, as torchvision, timm or transformers saved it.
 *
 * <pre>{@code
 * Network network = PublishedVision.load(ModelFiles.open("hf:google/vit-base-patch16-224"));
 * Tensor pixels = network.facts().preprocessing().apply(ImageFile.read(file));
 * }</pre>
 *
 * <p>Which network it is, say {@code architecture} (timm's or torchvision's name) or {@code model_type} (transformers') in
 * {@code config.json}, or else the keys of the weights. Sizes are those of the weights; an option of the configuration
 * that they contradict, or that changes numbers in a way that there is not here, is refused. How a picture becomes the
 * input, say timm's {@code pretrained_cfg} or transformers' {@code preprocessor_config.json}.
 */
public final class PublishedVision {
    /** Kinds of networks. */
    private enum Family {
        VGG("vgg", PublishedConvolutions::isVgg, PublishedConvolutions::vgg),
        RESNET("resnet", PublishedConvolutions::isResNet, PublishedConvolutions::resNet),
        EFFICIENTNET_V2("efficientnet_v2", PublishedConvolutions::isEfficientNet,
                PublishedConvolutions::efficientNet),
        VIT("vit", PublishedVit::isNamed, PublishedVit::load);

        private final String label;
        private final Predicate<String> named;
        private final Function<VisionFiles, Network> load;

        Family(String label, Predicate<String> named, Function<VisionFiles, Network> load) {
            this.label = label;
            this.named = named;
            this.load = load;
        }

        /** The family in which {@code name} is, as a name of a network or as the family's own. */
        static Optional<Family> of(String name) {
            for (Family family : values()) {
                if (family.label.equals(name) || family.named.test(name)) {
                    return Optional.of(family);
                }
            }
            return Optional.empty();
        }
    }

    private PublishedVision() {
    }

    /** The families that {@code model_type} may name. */
    static List<String> families() {
        return List.of("vgg", "resnet", "efficientnet_v2", "vit");
    }

    /**
     * The classifier in these files.
     *
     * @throws ConfigException if they do not say which it is, or it is none that there is here
     * @throws io.github.lrp4j.zoo.weights.WeightsException if a tensor is missing, of another shape or unknown
     */
    public static Network load(ModelFiles files) throws IOException {
        return load(files, OptionalInt.empty());
    }

    /**
     * The classifier in these files for pictures of another size than the published one. A vision transformer's table of
     * positions is interpolated as its house does it; the preprocessing is scaled in proportion.
     *
     * @param imageSize height and width; for a vision transformer, a multiple of its patches'
     */
    public static Network load(ModelFiles files, int imageSize) throws IOException {
        return load(files, OptionalInt.of(imageSize));
    }

    private static Network load(ModelFiles files, OptionalInt imageSize) throws IOException {
        VisionFiles found = VisionFiles.of(files, imageSize);
        Network network = family(found).load.apply(found);
        return found.architecture().map(name -> network.withFacts(name, network.facts())).orElse(network);
    }

    private static Family family(VisionFiles files) {
        Optional<ModelConfig> config = files.config();
        for (String key : List.of("architecture", "model_type")) {
            Optional<String> name = config.flatMap(c -> c.findText(key));
            if (name.isPresent()) {
                return Family.of(name.get()).orElseThrow(() -> config.get().fault(key, JsonFileException
                        .shown(name.get()) + " is no network of pictures that there is here; there are plain "
                        + String.join(", ", families())));
            }
        }
        for (String task : config.map(ModelConfig::architectures).orElse(List.of())) {
            switch (task) {
                case "ViTForImageClassification" -> {
                    return Family.VIT;
                }
                case "ResNetForImageClassification" -> {
                    return Family.RESNET;
                }
                default -> throw config.get().fault("architectures", JsonFileException.shown(task)
                        + " is not there; there are ViTForImageClassification and ResNetForImageClassification");
            }
        }
        return family(files.weights()).orElseThrow(() -> new ConfigException(files.name()
                + ": neither config.json nor the weights say which architecture this is; name it: --model NAME"
                + " --weights " + files.name()));
    }

    /** The family whose keys these are, at any house. */
    private static Optional<Family> family(Weights weights) {
        if (VitNames.convention(weights).isPresent()) {
            return Optional.of(Family.VIT);
        }
        if (weights.has("layer1.0.conv1.weight") || ResNetNames.isHuggingFace(weights)) {
            return Optional.of(Family.RESNET);
        }
        if (weights.has("features.0.0.weight") || EfficientNetV2Names.isTimm(weights)) {
            return Optional.of(Family.EFFICIENTNET_V2);
        }
        return weights.has("features.0.weight") ? Optional.of(Family.VGG) : Optional.empty();
    }
}
