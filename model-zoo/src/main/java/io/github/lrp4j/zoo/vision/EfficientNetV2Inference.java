package io.github.lrp4j.zoo.vision;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.vision.EfficientNetV2Config.Block;
import io.github.lrp4j.zoo.vision.EfficientNetV2Config.Stage;
import io.github.lrp4j.zoo.weights.Weights;
import io.github.lrp4j.zoo.weights.WeightsException;
import java.util.ArrayList;
import java.util.List;

/**
 * Shape of an EfficientNetV2 from the keys and shapes of its weights.
 *
 * <p>Strides have no trace in the weights. They are those of the published networks: the second, third and fourth stage
 * halve the picture, and so does the sixth.
 */
final class EfficientNetV2Inference {
    private static final List<Integer> STRIDES = List.of(1, 2, 2, 2, 1, 2, 1);

    private EfficientNetV2Inference() {
    }

    static EfficientNetV2Config config(Weights weights) {
        Tensor stem = convolution(weights, "features.0.0.weight");
        List<Stage> stages = new ArrayList<>();
        int width = stem.size(0);
        int number = 1;
        while (weights.has("features." + number + ".0.block.0.0.weight")) {
            Stage stage = stage(weights, "features." + number + ".", width,
                    STRIDES.get(Math.min(number, STRIDES.size()) - 1));
            stages.add(stage);
            width = stage.out();
            number++;
        }
        Tensor last = convolution(weights, "features." + number + ".0.weight");
        Tensor classifier = weights.tensors().get("classifier.1.weight");
        if (classifier == null || classifier.rank() != 2) {
            throw not(weights, "there is no matrix classifier.1.weight");
        }
        try {
            return new EfficientNetV2Config(stem.size(1), stages, last.size(0), classifier.size(0), 0.2);
        } catch (IllegalArgumentException e) {
            throw not(weights, e.getMessage());
        }
    }

    private static Stage stage(Weights weights, String path, int in, int stride) {
        int layers = 1;
        while (weights.has(path + layers + ".block.0.0.weight")) {
            layers++;
        }
        String block = path + "0.block.";
        Tensor first = convolution(weights, block + "0.0.weight");
        if (weights.has(block + "2.fc1.weight")) {
            Tensor depthwise = convolution(weights, block + "1.0.weight");
            Tensor out = convolution(weights, block + "3.0.weight");
            return new Stage(Block.INVERTED, Math.max(1, first.size(0) / in), depthwise.size(2), stride, in,
                    out.size(0), layers);
        }
        boolean single = !weights.has(block + "1.0.weight");
        Tensor out = single ? first : convolution(weights, block + "1.0.weight");
        return new Stage(Block.FUSED, single ? 1 : Math.max(1, first.size(0) / in), first.size(2), stride, in,
                out.size(0), layers);
    }

    private static Tensor convolution(Weights weights, String key) {
        Tensor weight = weights.tensors().get(key);
        if (weight == null || weight.rank() != 4) {
            throw not(weights,
                    weight == null ? "there is no " + key : key + " is " + weight.shape() + ", no convolution");
        }
        return weight;
    }

    private static WeightsException not(Weights weights, String why) {
        return new WeightsException(weights.name() + ": not the weights of an EfficientNetV2: " + why);
    }
}
