package io.github.lrp4j.cli.inspect;

import java.util.Optional;

/**
 * What the paper's table of architecture-specific values says of a network (arXiv 2512.07010, section 6.4).
 *
 * @param nodes nodes of the graph
 * @param promises Promise branches
 * @param internalNodes nodes inside branches
 * @param depthSum sum of the depths of the branches
 * @param density Promises per node
 */
record Published(int nodes, int promises, int internalNodes, int depthSum, double density) {
    private static final Published VGG16 = new Published(90, 32, 0, 32, 0.356);

    /** The published values, where the paper has the network. */
    static Optional<Published> of(String model) {
        return model.equals("vgg16") ? Optional.of(VGG16) : Optional.empty();
    }
}
