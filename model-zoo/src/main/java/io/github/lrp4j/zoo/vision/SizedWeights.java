package io.github.lrp4j.zoo.vision;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.weights.Weights;
import io.github.lrp4j.zoo.weights.WeightsException;

/**
 * Weights from whose sizes the shape of a network is read.
 *
 * @param weights the weights, under torchvision's keys
 * @param network what refusals call the network: {@code a ResNet}
 */
record SizedWeights(Weights weights, String network) {
    /** The tensor {@code key}, which must have {@code rank} dimensions. */
    Tensor required(String key, int rank) {
        Tensor tensor = weights.tensors().get(key);
        if (tensor == null || tensor.rank() != rank) {
            throw not(tensor == null
                    ? "there is no " + key
                    : key + " is " + tensor.shape() + ", wanted " + rank + " dimensions");
        }
        return tensor;
    }

    /** The refusal of weights that are not those of such a network. */
    WeightsException not(String why) {
        return new WeightsException(weights.name() + ": not the weights of " + network + ": " + why);
    }
}
