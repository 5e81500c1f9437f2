package io.github.lrp4j.zoo.vision;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.safetensors.Safetensors;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.weights.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A reference network: configuration, weights, inputs and expected numbers. */
record GoldenModel(Path folder, GoldenConfig config, Safetensors tensors) {
    private static final Path MODELS = Path.of(System.getProperty("lrp4j.golden", "../golden"), "models");

    /** All reference networks. */
    static List<GoldenModel> all() throws IOException {
        List<GoldenModel> models = new ArrayList<>();
        try (Stream<Path> folders = Files.list(MODELS)) {
            for (Path folder : folders.filter(Files::isDirectory).sorted().toList()) {
                JsonNode config = new ObjectMapper().readTree(folder.resolve("case.json").toFile()).get("config");
                models.add(new GoldenModel(folder, new GoldenConfig(config),
                        Safetensors.open(folder.resolve("case.safetensors"))));
            }
        }
        return models;
    }

    Weights weights() throws IOException {
        return Weights.open(folder.resolve("model.safetensors"));
    }

    /** The network that the configuration describes. */
    Network network() throws IOException {
        return config.network(folder.getFileName().toString(), weights());
    }

    Tensor tensor(String name) throws IOException {
        return tensors.get(name);
    }

    @Override
    public String toString() {
        return folder.getFileName().toString();
    }
}
