package io.github.lrp4j.cli.model;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.Network;

/**
 * A network that is ready to be explained.
 *
 * @param network the network, its batch norms folded where that was asked for
 * @param weights where its weights come from
 * @param folded whether there were batch norms that are folded now
 */
public record LoadedModel(Network network, String weights, boolean folded) implements Loaded {
    /** Number of trained numbers. */
    public long parameterCount() {
        return network.parameters().values().stream().mapToLong(Tensor::elements).sum();
    }

    /** Name of a class. */
    public String label(int index) {
        return network.facts().classes().get(index);
    }

    /** Number of classes. */
    public int classes() {
        return network.facts().classes().size();
    }
}
