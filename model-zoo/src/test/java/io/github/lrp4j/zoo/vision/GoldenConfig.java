package io.github.lrp4j.zoo.vision;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.lrp4j.zoo.ModelFacts;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.image.ImagePreprocessing;
import io.github.lrp4j.zoo.layer.TokenPooling;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The configuration of a reference network, as its case file writes it. */
public record GoldenConfig(JsonNode json) {
    /** The network that the configuration describes. */
    public Network network(String name, Weights weights) {
        return switch (architecture()) {
            case "vgg" -> Vgg.of(name, facts(), vgg(), weights);
            case "resnet" -> ResNet.of(name, facts(), resNet(), weights);
            case "vit" -> Vit.of(name, facts(), vit(), weights);
            case "efficientnet_v2" -> EfficientNetV2.of(name, facts(), efficientNet(), weights);
            default -> throw new IllegalStateException("unknown architecture " + architecture());
        };
    }

    String architecture() {
        return json.get("arch").asText();
    }

    VggConfig vgg() {
        StringBuilder features = new StringBuilder();
        json.get("cfg").forEach(step -> features.append(step.asText()).append(' '));
        List<Integer> pool = integers("avgpool_output");
        return new VggConfig(channels(), VggConfig.steps(features.toString()), json.get("batch_norm").asBoolean(),
                pool.get(0),
                pool.get(1), integers("classifier_hidden"), integer("num_classes"), 0.5);
    }

    ResNetConfig resNet() {
        return new ResNetConfig(channels(), integer("stem_width"),
                json.get("block").asText().equals("BasicBlock")
                        ? ResNetConfig.Block.BASIC
                        : ResNetConfig.Block.BOTTLENECK,
                integers("layers"), integers("widths"), integer("expansion"), 1, integer("base_width"),
                integer("num_classes"));
    }

    VitConfig vit() {
        return new VitConfig(channels(), integer("image_size"), integer("patch_size"), integer("num_layers"),
                integer("num_heads"), integer("hidden_dim"), integer("mlp_dim"), json.get("layer_norm_eps").asDouble(),
                true, TokenPooling.Form.CLASS_TOKEN, 0, integer("num_classes"));
    }

    EfficientNetV2Config efficientNet() {
        List<EfficientNetV2Config.Stage> stages = new ArrayList<>();
        json.get("stages").forEach(stage -> stages.add(new EfficientNetV2Config.Stage(
                stage.get("type").asText().equals("fused")
                        ? EfficientNetV2Config.Block.FUSED
                        : EfficientNetV2Config.Block.INVERTED,
                stage.get("expand_ratio").asInt(), stage.get("kernel").asInt(), stage.get("stride").asInt(),
                stage.get("in_ch").asInt(), stage.get("out_ch").asInt(), stage.get("layers").asInt())));
        return new EfficientNetV2Config(channels(), stages, integer("last_channel"), integer("num_classes"), 0.2);
    }

    private ModelFacts facts() {
        return ModelFacts.unnamed(
                new ImagePreprocessing(32, 32, Collections.nCopies(channels(), 0.0),
                        Collections.nCopies(channels(), 1.0)),
                integer("num_classes"));
    }

    /** Three where it is not said. */
    private int channels() {
        return json.path("in_channels").asInt(3);
    }

    private int integer(String key) {
        return json.get(key).asInt();
    }

    private List<Integer> integers(String key) {
        List<Integer> values = new ArrayList<>();
        json.get(key).forEach(value -> values.add(value.asInt()));
        return values;
    }
}
