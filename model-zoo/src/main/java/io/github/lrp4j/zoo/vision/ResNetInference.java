package io.github.lrp4j.zoo.vision;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.weights.Weights;
import io.github.lrp4j.zoo.weights.WeightsException;
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
        Tensor stem = convolution(weights, "conv1.weight");
        if (stem.size(2) != 7 || stem.size(3) != 7) {
            throw not(weights, "conv1.weight is " + stem.shape() + ", wanted a kernel of 7 x 7");
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
            Tensor second = convolution(weights, path + "0.conv2.weight");
            int inner = second.size(0);
            int width = bottleneck ? convolution(weights, path + "0.conv3.weight").size(0) / EXPANSION : inner;
            if (bottleneck && stage == 0) {
                groups = inner / Math.max(1, second.size(1));
                widthPerGroup = (int) Math.round(64.0 * inner / Math.max(1, (long) groups * width));
            }
            widths.add(width);
        }
        Tensor last = weights.tensors().get("fc.weight");
        if (layers.isEmpty() || last == null || last.rank() != 2) {
            throw not(weights, layers.isEmpty() ? "there is no layer1.0.conv1.weight" : "there is no matrix fc.weight");
        }
        try {
            return new ResNetConfig(stem.size(1), stem.size(0),
                    bottleneck ? ResNetConfig.Block.BOTTLENECK : ResNetConfig.Block.BASIC, layers, widths,
                    bottleneck ? EXPANSION : 1, groups, widthPerGroup, last.size(0));
        } catch (IllegalArgumentException e) {
            throw not(weights, e.getMessage());
        }
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
        return new WeightsException(weights.name() + ": not the weights of a ResNet: " + why);
    }
}
