package io.github.lrp4j.zoo.vision;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.ArrayList;
import java.util.List;

/**
 * Shape of a residual network from the keys and shapes of its weights.
 *
 * <p>The expansion of bottlenecks is taken to be 4, as in every published one: width and width per group cannot be told
 * apart otherwise. Strides have no trace in the weights; a first convolution that is not 7 x 7 hints at others, and is
 * refused.
 */
final class ResNetInference {
    private static final int EXPANSION = 4;

    private ResNetInference() {
    }

    static ResNetConfig config(Weights weights) {
        SizedWeights sized = new SizedWeights(weights, "a ResNet");
        if (weights.has("conv1.0.weight")) {
            throw sized
                    .not("conv1.0.weight says that the first convolution is three (a deep stem, as in timm's variants"
                            + " c, d, s and t), which there is not here; there are those with one of 7 x 7");
        }
        Tensor stem = sized.required("conv1.weight", 4);
        if (stem.size(2) != 7 || stem.size(3) != 7) {
            throw sized.not("conv1.weight is " + stem.shape() + ", wanted a kernel of 7 x 7");
        }
        boolean bottleneck = weights.has("layer1.0.conv3.weight");
        List<Integer> layers = new ArrayList<>();
        List<Integer> widths = new ArrayList<>();
        int groups = 1;
        int widthPerGroup = 64;
        for (int stage = 0; weights.has("layer" + (stage + 1) + ".0.conv1.weight"); stage++) {
            String path = "layer" + (stage + 1) + ".";
            int blocks = 1;
            while (weights.has(path + blocks + ".conv1.weight")) {
                blocks++;
            }
            layers.add(blocks);
            Tensor second = sized.required(path + "0.conv2.weight", 4);
            int inner = second.size(0);
            int width = bottleneck ? sized.required(path + "0.conv3.weight", 4).size(0) / EXPANSION : inner;
            if (bottleneck && stage == 0) {
                groups = inner / Math.max(1, second.size(1));
                widthPerGroup = (int) Math.round(64.0 * inner / Math.max(1, (long) groups * width));
            }
            widths.add(width);
        }
        if (layers.isEmpty()) {
            throw sized.not("there is no layer1.0.conv1.weight");
        }
        Tensor last = sized.required("fc.weight", 2);
        try {
            return new ResNetConfig(stem.size(1), stem.size(0),
                    bottleneck ? ResNetConfig.Block.BOTTLENECK : ResNetConfig.Block.BASIC, layers, widths,
                    bottleneck ? EXPANSION : 1, groups, widthPerGroup, last.size(0));
        } catch (IllegalArgumentException e) {
            throw sized.not(e.getMessage());
        }
    }
}
