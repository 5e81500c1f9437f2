package io.github.lrp4j.lrp.promise;

import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Leaf;
import io.github.lrp4j.autograd.Node;
import io.github.lrp4j.lrp.Needs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Finds the Promises of a graph under given rules: which nodes miss which operands, and where the values can be had.
 *
 * <p>No numbers are touched. The roles follow from what each node kept and what its rule needs; neither ops nor rules
 * mention Promises:
 * <ul>
 * <li>{@code missing(node) = needs(node) - kept(node)}; if there is any, the node is an origin with one branch per
 * missing operand;
 * <li>a node whose output was kept, or follows from kept operands, is an arg node: a branch ends there;
 * <li>otherwise, with one operand that was not kept, the node contributes its closures and the branch goes on; with
 * several it becomes a dependent origin;
 * <li>a branch that reaches a node with other consumers, or one where relevance starts, ends there in a Pre-Promise.
 * </ul>
 * Nodes are visited consumers first, which is the paper's traversal heuristic (a node is visited when all of its
 * consumers have been), so that every branch has arrived at a node by the time the node is looked at.
 */
public final class PromiseDiscovery {
    private final Graph graph;
    private final IntFunction<Needs> needs;
    private final List<Promise.Kind> kinds;
    private final List<List<PromiseBranch>> branches;
    private final List<List<PromiseBranch>> parents;
    private final List<Integer> origins = new ArrayList<>();

    private PromiseDiscovery(Graph graph, IntFunction<Needs> needs) {
        this.graph = graph;
        this.needs = needs;
        int n = graph.size();
        kinds = new ArrayList<>(Arrays.asList(new Promise.Kind[n]));
        branches = new ArrayList<>(n);
        parents = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            branches.add(new ArrayList<>(0));
            parents.add(new ArrayList<>(0));
        }
    }

    /**
     * The Promises of {@code graph}, origins in reverse topological order.
     *
     * @param needs per node index, what its rule reads
     */
    public static List<Promise> of(Graph graph, IntFunction<Needs> needs) {
        return new PromiseDiscovery(graph, needs).discover();
    }

    private List<Promise> discover() {
        for (int n = graph.size() - 1; n >= 0; n--) {
            visit(n);
        }
        List<Promise> found = new ArrayList<>(origins.size());
        for (int origin : origins) {
            found.add(new Promise(origin, kinds.get(origin), branches.get(origin), parents.get(origin)));
        }
        return found;
    }

    private void visit(int n) {
        List<Integer> missing = missing(n);
        if (!missing.isEmpty()) {
            kinds.set(n, Promise.Kind.ORIGIN);
        } else if (kinds.get(n) == null) {
            return;
        } else if (!isArgNode(n)) {
            // Reached by a branch and not its own origin: the value needs every operand that was not kept.
            missing = notKept(n);
        }
        origins.add(n);
        int promise = origins.size() - 1;
        if (missing.isEmpty()) {
            branches.get(n).add(new PromiseBranch(promise, -1, List.of(), n, PromiseBranch.End.ARG_NODE));
        }
        for (int operand : missing) {
            PromiseBranch branch = extend(promise, n, operand);
            branches.get(n).add(branch);
            if (branch.end() == PromiseBranch.End.PROMISE) {
                parents.get(branch.arg()).add(branch);
            }
        }
    }

    /** Follows one missing operand downwards until a node can give its value back. */
    private PromiseBranch extend(int promise, int origin, int operand) {
        List<Integer> internal = new ArrayList<>();
        int at = producer(origin, operand);
        while (true) {
            if (graph.node(at).op() instanceof Leaf) {
                return new PromiseBranch(promise, operand, internal, at, PromiseBranch.End.LEAF);
            }
            if (graph.useCount(at) > 1 || graph.isRoot(at)) {
                return nested(promise, operand, internal, at, Promise.Kind.PRE_PROMISE);
            }
            if (!missing(at).isEmpty()) {
                return nested(promise, operand, internal, at, Promise.Kind.ORIGIN);
            }
            if (isArgNode(at)) {
                return new PromiseBranch(promise, operand, internal, at, PromiseBranch.End.ARG_NODE);
            }
            List<Integer> open = notKept(at);
            if (open.size() > 1) {
                return nested(promise, operand, internal, at, Promise.Kind.DEPENDENT);
            }
            internal.add(at);
            at = producer(at, open.get(0));
        }
    }

    private PromiseBranch nested(int promise, int operand, List<Integer> internal, int at, Promise.Kind kind) {
        if (kinds.get(at) == null) {
            kinds.set(at, kind);
        }
        return new PromiseBranch(promise, operand, internal, at, PromiseBranch.End.PROMISE);
    }

    private int producer(int n, int operand) {
        return graph.producer(n, operand);
    }

    /** Operands that the node's rule reads and the node did not keep. */
    private List<Integer> missing(int n) {
        Node node = graph.node(n);
        if (node.op() instanceof Leaf) {
            return List.of();
        }
        Needs read = needs.apply(n);
        List<Integer> missing = new ArrayList<>(read.operands());
        if (read.output() && node.keptOutput(0) == null) {
            for (int i : notKept(n)) {
                if (!missing.contains(i)) {
                    missing.add(i);
                }
            }
        }
        missing.removeIf(i -> node.keptOperand(i) != null || isConstant(node, i));
        return missing;
    }

    /** Whether the output was kept or follows from what was kept. */
    private boolean isArgNode(int n) {
        return graph.node(n).keptOutput(0) != null || notKept(n).isEmpty();
    }

    /**
     * Operands that a replay of the node would have to look for. A node that kept its input has its leaves at hand: batch
     * norm keeps x and scale, and its shift is a parameter.
     */
    private List<Integer> notKept(int n) {
        Node node = graph.node(n);
        boolean keptAny = false;
        for (int i = 0; i < node.operands().size(); i++) {
            keptAny |= node.keptOperand(i) != null;
        }
        List<Integer> open = new ArrayList<>();
        for (int i = 0; i < node.operands().size(); i++) {
            boolean atHand = isConstant(node, i) || keptAny && node.operands().get(i).node().op() instanceof Leaf;
            if (node.keptOperand(i) == null && !atHand) {
                open.add(i);
            }
        }
        return open;
    }

    /** Whether an operand lies outside of the live graph; such a node keeps its value. */
    private static boolean isConstant(Node node, int operand) {
        return !node.isLive(operand);
    }
}
