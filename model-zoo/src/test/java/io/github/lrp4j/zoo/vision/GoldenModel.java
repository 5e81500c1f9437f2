package io.github.lrp4j.zoo.vision;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.safetensors.Safetensors;
import io.github.lrp4j.zoo.ModelFacts;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.image.ImagePreprocessing;
import io.github.lrp4j.zoo.weights.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/** A reference network: configuration, weights, inputs and expected numbers. */
record GoldenModel(Path folder, JsonNode config, Safetensors tensors) {
    private static final Path MODELS = Path.of(System.getProperty("lrp4j.golden", "../golden"), "models");

    /** All reference networks of the families that are known here. */
    static List<GoldenModel> all() throws IOException {
        List<GoldenModel> models = new ArrayList<>();
        try (Stream<Path> folders = Files.list(MODELS)) {
            for (Path folder : folders.filter(Files::isDirectory).sorted().toList()) {
                JsonNode config = new ObjectMapper().readTree(folder.resolve("case.json").toFile()).get("config");
                if (List.of("vgg", "resnet").contains(config.get("arch").asText())) {
                    models.add(new GoldenModel(folder, config, Safetensors.open(folder.resolve("case.safetensors"))));
                }
            }
        }
        return models;
    }

    Weights weights() throws IOException {
        return Weights.open(folder.resolve("model.safetensors"));
    }

    /** The network that the configuration describes. */
    Network network() throws IOException {
        String name = folder.getFileName().toString();
        return isVgg() ? Vgg.of(name, facts(), vgg(), weights()) : ResNet.of(name, facts(), resNet(), weights());
    }

    boolean isVgg() {
        return config.get("arch").asText().equals("vgg");
    }

    VggConfig vgg() {
        StringBuilder features = new StringBuilder();
        config.get("cfg").forEach(step -> features.append(step.asText()).append(' '));
        List<Integer> pool = integers("avgpool_output");
        return new VggConfig(3, VggConfig.steps(features.toString()), config.get("batch_norm").asBoolean(), pool.get(0),
                pool.get(1), integers("classifier_hidden"), integer("num_classes"), 0.5);
    }

    ResNetConfig resNet() {
        return new ResNetConfig(3, integer("stem_width"),
                config.get("block").asText().equals("BasicBlock")
                        ? ResNetConfig.Block.BASIC
                        : ResNetConfig.Block.BOTTLENECK,
                integers("layers"), integers("widths"), integer("expansion"), 1, integer("base_width"),
                integer("num_classes"));
    }

    private ModelFacts facts() {
        return ModelFacts.unnamed(
                new ImagePreprocessing(32, 32, Collections.nCopies(3, 0.0), Collections.nCopies(3, 1.0)),
                integer("num_classes"));
    }

    private int integer(String key) {
        return config.get(key).asInt();
    }

    private List<Integer> integers(String key) {
        List<Integer> values = new ArrayList<>();
        config.get(key).forEach(value -> values.add(value.asInt()));
        return values;
    }

    Tensor tensor(String name) throws IOException {
        return tensors.get(name);
    }

    @Override
    public String toString() {
        return folder.getFileName().toString();
    }
}
