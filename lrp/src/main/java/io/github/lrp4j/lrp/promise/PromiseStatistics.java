package io.github.lrp4j.lrp.promise;

import java.util.List;

/**
 * A graph's Promises in the terms of the paper's table of architecture-specific values (arXiv 2512.07010, section 6.4).
 *
 * @param nodes live nodes of the graph, leaves included
 * @param promises branches: one per missing operand, two for a binary addition, one for a Pre-Promise
 * @param origins nodes with a Promise
 * @param internalNodes nodes inside branches
 * @param leafArguments branches that end at a value which can be given back at once: a leaf or an arg node
 * @param depthSum sum over the branches of their depth
 * @param density promises per node
 */
public record PromiseStatistics(int nodes, int promises, int origins, int internalNodes, int leafArguments,
        int depthSum,
        double density) {
    /** Counts. */
    public static PromiseStatistics of(int nodes, List<Promise> found) {
        List<PromiseBranch> branches = found.stream().flatMap(p -> p.branches().stream()).toList();
        int internal = branches.stream().mapToInt(b -> b.internal().size()).sum();
        int leaves = (int) branches.stream().filter(b -> b.end() != PromiseBranch.End.PROMISE).count();
        int depth = branches.stream().mapToInt(PromiseBranch::depth).sum();
        return new PromiseStatistics(nodes, branches.size(), found.size(), internal, leaves, depth,
                nodes == 0 ? 0 : (double) branches.size() / nodes);
    }
}
