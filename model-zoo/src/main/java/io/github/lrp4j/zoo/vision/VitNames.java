package io.github.lrp4j.zoo.vision;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The keys of vision transformers at torchvision, which this library uses, at timm and at Hugging Face.
 *
 * <p>Hugging Face keeps queries, keys and values apart, which are the rows of one matrix at the others; torchvision's first
 * files call the two layers of an MLP {@code linear_1} and {@code linear_2}. I in the table is the number of the
 * encoder layer.
 */
public final class VitNames {
    /** Whose keys. */
    public enum Convention {
        /** {@code encoder.layers.encoder_layer_0.ln_1.weight}. */
        TORCHVISION,
        /** {@code blocks.0.norm1.weight}. */
        TIMM,
        /** {@code vit.encoder.layer.0.layernorm_before.weight}. */
        HUGGING_FACE
    }

    /** The beginning of a key at all three; a null name does not occur there. */
    private record Row(String torchvision, String timm, String huggingFace) {
        String at(Convention convention) {
            return switch (convention) {
                case TORCHVISION -> torchvision;
                case TIMM -> timm;
                case HUGGING_FACE -> huggingFace;
            };
        }
    }

    private static final String BLOCK = "encoder.layers.encoder_layer_{I}.";
    private static final String HF_BLOCK = "vit.encoder.layer.{I}.";
    private static final String QUERY = HF_BLOCK + "attention.attention.query.";

    private static final List<Row> TABLE = List.of(
            new Row("class_token", "cls_token", "vit.embeddings.cls_token"),
            new Row("conv_proj.", "patch_embed.proj.", "vit.embeddings.patch_embeddings.projection."),
            new Row("encoder.pos_embedding", "pos_embed", "vit.embeddings.position_embeddings"),
            new Row(BLOCK + "ln_1.", "blocks.{I}.norm1.", HF_BLOCK + "layernorm_before."),
            new Row(BLOCK + "self_attention.in_proj_", "blocks.{I}.attn.qkv.", QUERY),
            new Row(BLOCK + "self_attention.out_proj.", "blocks.{I}.attn.proj.", HF_BLOCK + "attention.output.dense."),
            new Row(BLOCK + "ln_2.", "blocks.{I}.norm2.", HF_BLOCK + "layernorm_after."),
            new Row(BLOCK + "mlp.0.", "blocks.{I}.mlp.fc1.", HF_BLOCK + "intermediate.dense."),
            new Row(BLOCK + "mlp.3.", "blocks.{I}.mlp.fc2.", HF_BLOCK + "output.dense."),
            new Row("encoder.ln.", "norm.", "vit.layernorm."),
            new Row("fc_norm.", "fc_norm.", null),
            new Row("heads.pre_logits.", "pre_logits.fc.", null),
            new Row("heads.head.", "head.", "classifier."));

    /** Of every text in the table. */
    private static final Map<String, KeyPattern> PATTERNS = TABLE.stream()
            .flatMap(row -> Stream.of(Convention.values()).map(row::at)).filter(Objects::nonNull).distinct()
            .collect(Collectors.toMap(text -> text, KeyPattern::new));

    private VitNames() {
    }

    /** Whose keys these are, if a vision transformer's. */
    public static Optional<Convention> convention(Weights weights) {
        for (Convention convention : Convention.values()) {
            if (weights.has(TABLE.get(1).at(convention) + "weight")) {
                return Optional.of(convention);
            }
        }
        return Optional.empty();
    }

    /** The weights under torchvision's keys; what no row of the table names keeps its key. */
    public static Weights toTorchvision(Weights weights) {
        Optional<Convention> from = convention(weights);
        if (from.isEmpty()) {
            return weights;
        }
        Map<String, Tensor> renamed = new LinkedHashMap<>();
        weights.tensors().forEach((key, tensor) -> {
            if (from.get() == Convention.HUGGING_FACE && (isKeyOrValue(key) || isUnread(key))) {
                return;
            }
            Tensor whole = tensor;
            if (from.get() == Convention.HUGGING_FACE && key.contains(".attention.attention.query.")) {
                whole = joined(weights, key);
            }
            renamed.put(renamed(key, from.get(), Convention.TORCHVISION), whole);
        });
        return weights.withTensors(renamed);
    }

    private static boolean isKeyOrValue(String key) {
        return key.contains(".attention.attention.key.") || key.contains(".attention.attention.value.");
    }

    /** Of other tasks, but saved with classifiers too, whose head reads the class token itself. */
    private static boolean isUnread(String key) {
        return key.startsWith("vit.pooler.") || key.equals("vit.embeddings.mask_token");
    }

    /** Rows of queries, keys and values one after another; a missing part is left to the check of the shape. */
    private static Tensor joined(Weights weights, String query) {
        Tensor first = weights.tensors().get(query);
        if (first.rank() == 0) {
            return first;
        }
        List<Tensor> parts = new ArrayList<>();
        for (String part : List.of("query", "key", "value")) {
            Tensor tensor = weights.tensors().get(query.replace(".query.", "." + part + "."));
            if (tensor != null && tensor.rank() == first.rank() && tensor.dtype() == first.dtype()
                    && tensor.shape().with(0, 0).equals(first.shape().with(0, 0))) {
                parts.add(tensor);
            }
        }
        return new ReferenceKernels().concat(parts, 0);
    }

    /**
     * Parameters under another convention's keys.
     *
     * @param state under torchvision's keys
     * @throws IllegalArgumentException if the convention has no place for a key
     */
    public static Map<String, Tensor> fromTorchvision(Convention to, Map<String, Tensor> state) {
        Map<String, Tensor> renamed = new LinkedHashMap<>();
        state.forEach((key, tensor) -> {
            String name = renamed(key, Convention.TORCHVISION, to);
            if (to == Convention.HUGGING_FACE && key.contains(".self_attention.in_proj_")) {
                int width = tensor.size(0) / 3;
                int at = 0;
                for (String part : List.of("query", "key", "value")) {
                    renamed.put(name.replace(".query.", "." + part + "."),
                            tensor.slice(0, at, at + width).contiguous());
                    at += width;
                }
            } else {
                renamed.put(name, tensor);
            }
        });
        return renamed;
    }

    private static String renamed(String key, Convention from, Convention to) {
        String current = key.replace(".mlp.linear_1.", ".mlp.0.").replace(".mlp.linear_2.", ".mlp.3.");
        for (Row row : TABLE) {
            if (row.at(from) == null) {
                continue;
            }
            Optional<KeyPattern.Match> match = PATTERNS.get(row.at(from)).match(current);
            if (match.isPresent()) {
                if (row.at(to) == null) {
                    throw new IllegalArgumentException("vit: " + to + " has no place for " + key);
                }
                return PATTERNS.get(row.at(to)).key(match.get());
            }
        }
        return key;
    }
}
