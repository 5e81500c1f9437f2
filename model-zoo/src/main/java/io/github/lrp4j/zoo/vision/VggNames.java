package io.github.lrp4j.zoo.vision;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The keys of VGG weights at torchvision, which this library uses, and at timm.
 *
 * <p>timm's two hidden layers are convolutions over the 7 x 7 features; their weights hold the same numbers in the same
 * order under another shape. The features have the same keys at both.
 */
public final class VggNames {
    /**
     * A module at both.
     *
     * @param torchvision its path at torchvision
     * @param timm its path at timm
     * @param convolution whether its weight is {@code [O, C, h, w]} at timm and {@code [O, C h w]} at torchvision
     */
    private record Row(String torchvision, String timm, boolean convolution) {
    }

    private static final List<Row> TABLE = List.of(
            new Row("features", "features", false),
            new Row("classifier.0", "pre_logits.fc1", true),
            new Row("classifier.3", "pre_logits.fc2", true),
            new Row("classifier.6", "head.fc", false));

    private VggNames() {
    }

    /** Whether these keys are timm's. */
    public static boolean isTimm(Weights weights) {
        return weights.has("pre_logits.fc1.weight");
    }

    /** The weights under torchvision's keys; weights that are not timm's are returned as they are. */
    public static Weights fromTimm(Weights weights) {
        if (!isTimm(weights)) {
            return weights;
        }
        Map<String, Tensor> renamed = new LinkedHashMap<>();
        weights.tensors().forEach((key, tensor) -> {
            Row row = row(key, true);
            boolean flat = row != null && row.convolution() && tensor.rank() == 4;
            String name = row == null ? key : row.torchvision() + key.substring(row.timm().length());
            renamed.put(name,
                    flat ? tensor.reshape(tensor.size(0), tensor.size(1) * tensor.size(2) * tensor.size(3)) : tensor);
        });
        return weights.withTensors(renamed);
    }

    /**
     * The parameters of a VGG with two hidden layers under timm's keys.
     *
     * @param state weights and buffers under torchvision's keys
     * @throws IllegalArgumentException if the network has not exactly two hidden layers
     */
    public static Map<String, Tensor> toTimm(VggConfig config, Map<String, Tensor> state) {
        if (config.hidden().size() != 2) {
            throw new IllegalArgumentException("vgg: timm has two hidden layers, this network has " + config.hidden());
        }
        Map<String, Tensor> renamed = new LinkedHashMap<>();
        state.forEach((key, tensor) -> {
            Row row = row(key, false);
            if (row == null) {
                throw new IllegalArgumentException("vgg: timm has no place for " + key);
            }
            Tensor shaped = tensor;
            if (row.convolution() && tensor.rank() == 2) {
                boolean first = row.torchvision().equals("classifier.0");
                shaped = first
                        ? tensor.reshape(tensor.size(0), config.featureWidth(), config.poolHeight(), config.poolWidth())
                        : tensor.reshape(tensor.size(0), tensor.size(1), 1, 1);
            }
            renamed.put(row.timm() + key.substring(row.torchvision().length()), shaped);
        });
        return renamed;
    }

    private static Row row(String key, boolean timm) {
        for (Row row : TABLE) {
            if (key.startsWith((timm ? row.timm() : row.torchvision()) + ".")) {
                return row;
            }
        }
        return null;
    }
}
