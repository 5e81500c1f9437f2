package io.github.lrp4j.zoo.vision;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The keys of residual networks at torchvision and timm, which this library uses, and at Hugging Face.
 *
 * <p>S is the number of a stage, B that of a block in it and K that of a convolution in the block, all from 0.
 */
public final class ResNetNames {
    /** The beginning of a key at both. */
    private record Row(KeyPattern torchvision, KeyPattern huggingFace) {
        Row(String torchvision, String huggingFace) {
            this(new KeyPattern(torchvision), new KeyPattern(huggingFace));
        }
    }

    private static final String STEM = "resnet.embedder.embedder.";
    private static final String BLOCK = "layer{S+1}.{B}.";
    private static final String HF_BLOCK = "resnet.encoder.stages.{S}.layers.{B}.";

    private static final List<Row> TABLE = List.of(
            new Row("conv1.", STEM + "convolution."),
            new Row("bn1.", STEM + "normalization."),
            new Row(BLOCK + "conv{K+1}.", HF_BLOCK + "layer.{K}.convolution."),
            new Row(BLOCK + "bn{K+1}.", HF_BLOCK + "layer.{K}.normalization."),
            new Row(BLOCK + "downsample.0.", HF_BLOCK + "shortcut.convolution."),
            new Row(BLOCK + "downsample.1.", HF_BLOCK + "shortcut.normalization."),
            new Row("fc.", "classifier.1."));

    private ResNetNames() {
    }

    /** Whether these keys are Hugging Face's. */
    public static boolean isHuggingFace(Weights weights) {
        return weights.has(STEM + "convolution.weight");
    }

    /** The weights under torchvision's keys; what no row of the table names keeps its key. */
    public static Weights toTorchvision(Weights weights) {
        if (!isHuggingFace(weights)) {
            return weights;
        }
        Map<String, Tensor> renamed = new LinkedHashMap<>();
        weights.tensors().forEach((key, tensor) -> renamed.put(TABLE.stream()
                .flatMap(row -> row.huggingFace().match(key).map(row.torchvision()::key).stream()).findFirst()
                .orElse(key), tensor));
        return weights.withTensors(renamed);
    }

    /**
     * Parameters under Hugging Face's keys.
     *
     * @param state weights and buffers under torchvision's keys
     * @throws IllegalArgumentException if there is no place for a key
     */
    public static Map<String, Tensor> toHuggingFace(Map<String, Tensor> state) {
        Map<String, Tensor> renamed = new LinkedHashMap<>();
        state.forEach((key, tensor) -> {
            Optional<String> name = TABLE.stream()
                    .flatMap(row -> row.torchvision().match(key).map(row.huggingFace()::key).stream()).findFirst();
            renamed.put(name.orElseThrow(() -> new IllegalArgumentException(
                    "resnet: Hugging Face has no place for " + key)), tensor);
        });
        return renamed;
    }
}
