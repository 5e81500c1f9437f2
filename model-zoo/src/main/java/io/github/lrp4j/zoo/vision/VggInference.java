package io.github.lrp4j.zoo.vision;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.weights.Weights;
import io.github.lrp4j.zoo.weights.WeightsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Shape of a VGG from the keys and shapes of its weights.
 *
 * <p>Poolings have no weights, but they take a number: a gap in the numbers of {@code features} is a pooling. One
 * cannot see what follows the last convolution; it is taken to be one pooling, as in every published VGG. Nor can one
 * see the form of the pooled features, only their number: it is taken to be a square.
 */
final class VggInference {
    private static final Pattern FEATURE = Pattern.compile("features\\.(\\d{1,4})\\.weight");
    private static final int MOST_POOLS = 4;

    private VggInference() {
    }

    static VggConfig config(Weights weights) {
        Weights named = VggNames.fromTimm(weights);
        SortedMap<Integer, Tensor> convolutions = convolutions(named.tensors());
        if (convolutions.isEmpty()) {
            throw not(weights, "there is no convolution under features");
        }
        int first = convolutions.firstKey();
        boolean batchNorm = named.has("features." + (first + 1) + ".running_mean");
        List<VggConfig.Step> steps = new ArrayList<>();
        int expected = 0;
        for (Map.Entry<Integer, Tensor> convolution : convolutions.entrySet()) {
            int pools = convolution.getKey() - expected;
            if (pools < 0 || pools > MOST_POOLS) {
                throw not(weights, "features." + convolution.getKey() + " is a convolution, features." + expected
                        + " should be one, or a pooling");
            }
            for (int p = 0; p < pools; p++) {
                steps.add(new VggConfig.Pool());
            }
            steps.add(new VggConfig.Conv(convolution.getValue().size(0)));
            expected = convolution.getKey() + (batchNorm ? 3 : 2);
        }
        steps.add(new VggConfig.Pool());
        List<Integer> widths = new ArrayList<>();
        for (int layer = 0; named.has("classifier." + layer + ".weight"); layer += 3) {
            widths.add(matrix(named, layer).size(0));
        }
        if (widths.isEmpty()) {
            throw not(weights, "there is no classifier.0.weight");
        }
        int featureWidth = convolutions.get(convolutions.lastKey()).size(0);
        int inputs = matrix(named, 0).size(1);
        int side = (int) Math.round(Math.sqrt((double) inputs / Math.max(1, featureWidth)));
        if (side < 1 || (long) side * side * featureWidth != inputs) {
            throw not(weights, "classifier.0.weight is " + matrix(named, 0).shape() + ": " + inputs
                    + " inputs are no square of " + featureWidth + " channels");
        }
        try {
            return new VggConfig(convolutions.get(first).size(1), steps, batchNorm, side, side,
                    widths.subList(0, widths.size() - 1), widths.getLast(), 0.5);
        } catch (IllegalArgumentException e) {
            throw not(weights, e.getMessage());
        }
    }

    private static SortedMap<Integer, Tensor> convolutions(Map<String, Tensor> tensors) {
        SortedMap<Integer, Tensor> convolutions = new TreeMap<>();
        tensors.forEach((key, tensor) -> {
            Matcher feature = FEATURE.matcher(key);
            if (feature.matches() && tensor.rank() == 4) {
                convolutions.put(Integer.valueOf(feature.group(1)), tensor);
            }
        });
        return convolutions;
    }

    private static Tensor matrix(Weights weights, int layer) {
        String key = "classifier." + layer + ".weight";
        Tensor matrix = weights.tensors().get(key);
        if (matrix.rank() != 2) {
            throw not(weights, key + " is " + matrix.shape() + ", wanted a matrix");
        }
        return matrix;
    }

    private static WeightsException not(Weights weights, String why) {
        return new WeightsException(weights.name() + ": not the weights of a VGG: " + why);
    }
}
