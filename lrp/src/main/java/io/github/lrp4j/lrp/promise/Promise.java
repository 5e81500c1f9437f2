package io.github.lrp4j.lrp.promise;

import java.util.List;

/**
 * The deferred propagation of one origin node, whose rule reads operands that the node did not keep.
 *
 * <p>Structure only, shared by all runs: while running, {@code rout} is the relevance that arrived at the origin,
 * {@code args} are the recovered operands and {@code rins} the relevance that its rule gives them. A Promise is
 * <em>ready</em> when all its branches have their args and <em>complete</em> when its relevance has been handed on. Source:
 * arXiv 2512.07010, section 4.3 and appendix "Promise examples".
 *
 * @param origin the node, as index in the graph
 * @param kind why there is a Promise
 * @param branches one per missing operand
 * @param parents branches (of other Promises) that end here, in the order in which they were found
 */
public record Promise(int origin, Kind kind, List<PromiseBranch> branches, List<PromiseBranch> parents) {
    /** Why a node has a Promise. */
    public enum Kind {
        /** Its own rule misses operands (a strict Promise-generating op, under this rule). */
        ORIGIN,
        /** Only a branch that reached it needs its value, which takes several operands: a dependent Promise-generating op. */
        DEPENDENT,
        /**
         * A branch reached it and it has other consumers, or is explained itself: the branch ends here, so that the value flows up before relevance
         * comes down, and no diamond can deadlock.
         */
        PRE_PROMISE
    }

    /** Copies. */
    public Promise {
        branches = List.copyOf(branches);
        parents = List.copyOf(parents);
    }

    /** Longest way to an arg node: {@code max} over the branches of their depth (arXiv 2512.07010, definition of Promise depth). */
    public int depth() {
        return branches.stream().mapToInt(PromiseBranch::depth).max().orElse(0);
    }
}
