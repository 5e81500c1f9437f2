package io.github.lrp4j.lrp.promise;

import java.util.Map;
import java.util.Optional;

/**
 * What the paper says of a network's graph: its table of architecture-specific values (arXiv 2512.07010, section 6.4), and
 * for networks that are not there the number of nodes in its table of operation coverage.
 *
 * <p>It counts the graph of another framework: an op of ours may be several nodes there (a linear layer transposes its
 * weight and flattens its input), or the other way round. Its Promises are {@linkplain PromiseStatistics#promises branches}
 * in the row of VGG16; in those of RoBERTa-large and Flan-T5-large they are {@linkplain PromiseStatistics#origins origins},
 * and the branches of RoBERTa-large stand in the column of the depth sum.
 *
 * @param nodes nodes of the graph
 * @param promises Promises, see above; null where the paper has the number of nodes alone
 * @param internalNodes nodes inside branches, or null
 * @param depthSum sum of depths, or null
 * @param density Promises per node, or null
 */
public record PublishedStatistics(int nodes, Integer promises, Integer internalNodes, Integer depthSum,
        Double density) {
    private static final Map<String, PublishedStatistics> NETWORKS = Map.of(
            "vgg16", new PublishedStatistics(90, 32, 0, 32, 0.356),
            "resnet50", nodes(339),
            "vit_b_16", new PublishedStatistics(779, 224, 27, 227, 0.288),
            "efficientnet_v2_m", nodes(1526),
            "roberta-large", new PublishedStatistics(1465, 243, 48, 438, 0.166),
            "flan-t5-large", new PublishedStatistics(5713, 798, 348, 980, 0.140));

    private static PublishedStatistics nodes(int nodes) {
        return new PublishedStatistics(nodes, null, null, null, null);
    }

    /** The published values, where the paper has the network. */
    public static Optional<PublishedStatistics> of(String network) {
        return Optional.ofNullable(NETWORKS.get(network));
    }
}
