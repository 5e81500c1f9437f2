package io.github.lrp4j.zoo.published;

import io.github.lrp4j.zoo.ModelFacts;
import io.github.lrp4j.zoo.files.ConfigException;
import io.github.lrp4j.zoo.files.ModelConfig;
import io.github.lrp4j.zoo.image.ImagePreprocessing;
import io.github.lrp4j.zoo.json.JsonFileException;
import io.github.lrp4j.zoo.vision.VisionFacts;
import java.util.List;
import java.util.Optional;

/**
 * Input and classes of a published classifier: how pictures are prepared by timm's {@code pretrained_cfg}, else by
 * {@code preprocessor_config.json}, else by what is usual for its family; classes by {@code label_names} or {@code
 * id2label}, else by the metadata of the weights or their number.
 */
final class PublishedFacts {
    private PublishedFacts() {
    }

    /**
     * The facts.
     *
     * @param channels of the weights
     * @param classes of the weights
     * @param image the one size of pictures that the network reads; empty if it reads any
     */
    static ModelFacts of(VisionFiles files, int channels, int classes, Optional<Integer> image) {
        ModelFacts usual = VisionFacts.of(files.weights(), channels, classes);
        List<String> names = files.config().map(config -> classes(config, usual.classes())).orElse(usual.classes());
        Optional<ImagePreprocessing> told = told(files, channels);
        ImagePreprocessing input = told.orElseGet(() -> usual(files, usual.preprocessing()));
        if (files.imageSize().isPresent()) {
            input = resized(files, input, files.imageSize().getAsInt());
        } else if (image.isPresent() && input.size() != image.get()) {
            if (told.isPresent()) {
                throw contradiction(files, input.size(), image.get());
            }
            input = resized(files, input, image.get());
        }
        return new ModelFacts(input, names);
    }

    private static ImagePreprocessing resized(VisionFiles files, ImagePreprocessing input, int size) {
        try {
            return input.withSize(size);
        } catch (IllegalArgumentException | ArithmeticException e) {
            ConfigException refused = new ConfigException(files.name() + ": pictures of " + size
                    + " cannot be prepared: " + e.getMessage());
            refused.initCause(e);
            throw refused;
        }
    }

    private static IllegalArgumentException contradiction(VisionFiles files, int prepared, int read) {
        Optional<ModelConfig> timm = files.config().flatMap(PublishedFacts::timm);
        String remedy =
                "but the network reads pictures of " + read + "; make them agree, or load it for a size of its own";
        return timm.isPresent()
                ? timm.get().fault("input_size", "speaks of pictures of " + prepared + ", " + remedy)
                : files.preprocessor().orElseThrow().fault("size", "makes pictures of " + prepared + ", " + remedy);
    }

    /** What timm says of input and training, in a part of its own or, in old files, beside the architecture. */
    static Optional<ModelConfig> timm(ModelConfig config) {
        Optional<ModelConfig> part = config.find("pretrained_cfg");
        return part.isPresent() || !config.has("architecture") || !config.has("input_size")
                ? part
                : Optional.of(config);
    }

    private static Optional<ImagePreprocessing> told(VisionFiles files, int channels) {
        Optional<ModelConfig> timm = files.config().flatMap(PublishedFacts::timm).filter(c -> c.has("input_size"));
        if (timm.isPresent()) {
            return Optional.of(TimmPreprocessing.of(timm.get(), channels));
        }
        return files.preprocessor().map(json -> HuggingFacePreprocessing.of(json, family(files), channels));
    }

    private static String family(VisionFiles files) {
        return files.config().map(c -> c.text("model_type", "")).orElse("");
    }

    /** transformers' processors have defaults, which stand for the file where there is none. */
    private static ImagePreprocessing usual(VisionFiles files, ImagePreprocessing otherwise) {
        boolean transformers = files.config().filter(c -> !c.has("architecture")).isPresent();
        return switch (transformers ? family(files) : "") {
            case "vit" -> HuggingFacePreprocessing.of(ModelConfig.empty("preprocessor"), "vit", otherwise.channels());
            default -> otherwise;
        };
    }

    private static List<String> classes(ModelConfig config, List<String> usual) {
        String key = config.has("label_names") ? "label_names" : "id2label";
        if (!config.has(key)) {
            for (String count : List.of("num_classes", "num_labels")) {
                VisionFiles.agree(config, count, usual.size());
            }
            return usual;
        }
        List<String> names = key.equals("id2label")
                ? config.labels()
                : config.texts(key).stream().map(JsonFileException::shown).toList();
        if (names.size() != usual.size()) {
            throw config.fault(key, "names " + names.size() + " classes, the weights have " + usual.size());
        }
        return names;
    }
}
