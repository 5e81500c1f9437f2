package io.github.lrp4j.zoo.vision;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.vision.EfficientNetV2Config.Block;
import io.github.lrp4j.zoo.vision.EfficientNetV2Config.Stage;
import io.github.lrp4j.zoo.weights.Weights;
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
        SizedWeights sized = new SizedWeights(weights, "an EfficientNetV2");
        Tensor stem = sized.required("features.0.0.weight", 4);
        List<Stage> stages = new ArrayList<>();
        int width = stem.size(0);
        int number = 1;
        while (weights.has("features." + number + ".0.block.0.0.weight")) {
            Stage stage = stage(sized, "features." + number + ".", width,
                    STRIDES.get(Math.min(number, STRIDES.size()) - 1));
            stages.add(stage);
            width = stage.out();
            number++;
        }
        Tensor last = sized.required("features." + number + ".0.weight", 4);
        Tensor classifier = sized.required("classifier.1.weight", 2);
        try {
            return new EfficientNetV2Config(stem.size(1), stages, last.size(0), classifier.size(0), 0.2);
        } catch (IllegalArgumentException e) {
            throw sized.not(e.getMessage());
        }
    }

    private static Stage stage(SizedWeights sized, String path, int in, int stride) {
        int layers = 1;
        while (sized.weights().has(path + layers + ".block.0.0.weight")) {
            layers++;
        }
        String block = path + "0.block.";
        Tensor first = sized.required(block + "0.0.weight", 4);
        if (sized.weights().has(block + "2.fc1.weight")) {
            Tensor depthwise = sized.required(block + "1.0.weight", 4);
            Tensor out = sized.required(block + "3.0.weight", 4);
            return new Stage(Block.INVERTED, Math.max(1, first.size(0) / Math.max(1, in)), depthwise.size(2), stride,
                    in,
                    out.size(0), layers);
        }
        boolean single = !sized.weights().has(block + "1.0.weight");
        Tensor out = single ? first : sized.required(block + "1.0.weight", 4);
        return new Stage(Block.FUSED, single ? 1 : Math.max(1, first.size(0) / Math.max(1, in)), first.size(2), stride,
                in,
                out.size(0), layers);
    }
}
