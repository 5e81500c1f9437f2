package io.github.lrp4j.lrp.promise;

import java.util.List;

/**
 * The search for one missing operand: the nodes whose forward (and later backward) closures are chained between the
 * origin and the node that can give a value back.
 *
 * <p>Indices are those of the graph. From the origin downwards the path is {@code origin -> internal nodes -> end}; the
 * operand's value is {@code fwd(internal_1(... fwd(internal_k(value of end))))}, and relevance returns through the same
 * nodes in the other direction. Source: arXiv 2512.07010, section 4.3.
 *
 * @param promise index, in the list of Promises, of the Promise this branch belongs to
 * @param operand which operand of the origin is missing; -1 for the branch of a Pre-Promise that reads its own node
 * @param internal nodes inside the branch, from the origin's side; no node is inside two branches
 * @param arg the node at the end
 * @param end how the branch ends
 */
public record PromiseBranch(int promise, int operand, List<Integer> internal, int arg, End end) {
    /** What stands at the end of a branch. */
    public enum End {
        /** A parameter or input, whose value is always at hand. */
        LEAF,
        /** A node whose output follows from what it kept. */
        ARG_NODE,
        /** A node with a Promise of its own (nesting): its value follows from that Promise's args. */
        PROMISE
    }

    /** Copies. */
    public PromiseBranch {
        internal = List.copyOf(internal);
    }

    /** Number of nodes from the missing operand to the arg node, both included. */
    public int depth() {
        return internal.size() + (operand < 0 ? 0 : 1);
    }
}
