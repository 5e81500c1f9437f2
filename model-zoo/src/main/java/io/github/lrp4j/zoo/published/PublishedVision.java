package io.github.lrp4j.zoo.published;

import io.github.lrp4j.zoo.ModelFacts;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.files.ConfigException;
import io.github.lrp4j.zoo.files.ModelConfig;
import io.github.lrp4j.zoo.files.ModelFiles;
import io.github.lrp4j.zoo.image.ImagePreprocessing;
import io.github.lrp4j.zoo.json.JsonFileException;
import io.github.lrp4j.zoo.vision.VisionModels;
import io.github.lrp4j.zoo.weights.Weights;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A classifier of pictures from its published files: which network, by {@code config.json} or else by the keys of the
 * weights; how a picture becomes its input, by timm's {@code pretrained_cfg}.
 */
public final class PublishedVision {
    private static final double ALL = 1;

    private PublishedVision() {
    }

    /** The families that {@code model_type} or {@code architecture} may name. */
    static List<String> families() {
        return List.of("vgg", "resnet");
    }

    /**
     * The classifier in these files.
     *
     * @throws ConfigException if they do not say which it is, or it is none that there is here
     */
    public static Network load(ModelFiles files) throws IOException {
        Weights weights = files.weights();
        Optional<ModelConfig> config = files.hasConfig() ? Optional.of(files.config()) : Optional.empty();
        Network network = VisionModels.load(name(files, config, weights), weights);
        return config.isEmpty() ? network : withFacts(network, config.get());
    }

    /** The family: timm's configurations name an architecture, whose family the weights then say in full. */
    private static String name(ModelFiles files, Optional<ModelConfig> config, Weights weights) throws IOException {
        Optional<String> named = config.flatMap(c -> c.findText("architecture").or(() -> c.findText("model_type")));
        if (named.isPresent()) {
            if (named.get().startsWith("vgg")) {
                return "vgg";
            }
            if (named.get().startsWith("resne") || named.get().startsWith("wide_resnet")) {
                return "resnet";
            }
            throw new ConfigException(files.name() + ": " + JsonFileException.shown(named.get())
                    + " is no architecture that pictures are explained with; there are vgg and resnet");
        }
        if (weights.has("features.0.weight")) {
            return "vgg";
        }
        if (weights.has("layer1.0.conv1.weight")) {
            return "resnet";
        }
        throw new ConfigException(files.name() + ": neither config.json nor the weights say which architecture this is;"
                + " name it: --model NAME --weights " + files.name());
    }

    private static Network withFacts(Network network, ModelConfig config) {
        ModelFacts facts = network.facts();
        ImagePreprocessing input = facts.preprocessing();
        Optional<ModelConfig> trained = config.find("pretrained_cfg");
        if (trained.isPresent() && trained.get().has("input_size")) {
            input = preprocessing(trained.get(), input);
        }
        return network.withFacts(config.text("architecture", network.name()),
                new ModelFacts(input, classes(config, facts.classes())));
    }

    private static List<String> classes(ModelConfig config, List<String> usual) {
        String key = config.has("label_names") ? "label_names" : "id2label";
        if (!config.has(key)) {
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

    private static ImagePreprocessing preprocessing(ModelConfig trained, ImagePreprocessing usual) {
        List<Integer> size = trained.integers("input_size");
        if (size.size() != 3 || size.get(0) != usual.channels() || !size.get(1).equals(size.get(2))) {
            throw trained.fault("input_size", "must be [" + usual.channels() + ", size, size], is " + size);
        }
        double part = trained.number("crop_pct", ALL);
        try {
            return new ImagePreprocessing((int) Math.floor(size.get(1) / part), size.get(1),
                    trained.has("mean") ? trained.numbers("mean") : usual.mean(),
                    trained.has("std") ? trained.numbers("std") : usual.deviation());
        } catch (IllegalArgumentException e) {
            throw trained.fault("input_size", e.getMessage());
        }
    }
}
