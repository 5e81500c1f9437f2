package io.github.lrp4j.autograd;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * The live nodes that some outputs depend on, in topological order: operands before consumers.
 *
 * <p>A read-only view; found iteratively, so depth is no limit. Nodes are addressed by their index in this order.
 */
public final class Graph {
    /**
     * One use of a node's output.
     *
     * @param consumer index of the node that uses it
     * @param operand as which operand
     * @param output which output is used
     */
    public record Use(int consumer, int operand, int output) {
    }

    private final List<Value> outputs;
    private final List<Node> nodes;
    private final IdentityHashMap<Node, Integer> indices;
    private final List<List<Use>> uses;
    private final BitSet roots = new BitSet();

    private Graph(List<Value> outputs, List<Node> nodes) {
        this.outputs = outputs;
        this.nodes = nodes;
        this.indices = new IdentityHashMap<>(nodes.size() * 2);
        for (int n = 0; n < nodes.size(); n++) {
            indices.put(nodes.get(n), n);
        }
        List<List<Use>> found = new ArrayList<>(nodes.size());
        for (int n = 0; n < nodes.size(); n++) {
            found.add(new ArrayList<>(2));
        }
        for (int n = 0; n < nodes.size(); n++) {
            List<Node.Edge> operands = nodes.get(n).operands();
            for (int i = 0; i < operands.size(); i++) {
                Integer producer = indices.get(operands.get(i).node());
                if (producer != null && nodes.get(n).isLive(i)) {
                    found.get(producer).add(new Use(n, i, operands.get(i).output()));
                }
            }
        }
        this.uses = found;
        outputs.forEach(output -> roots.set(indices.get(output.node())));
    }

    /**
     * The graph behind these outputs.
     *
     * @throws IllegalArgumentException if there is none: no output, outputs of several tapes, or one that depends on no
     *     parameter and no input (for instance because its tape retained nothing)
     * @throws GraphFreedException if a node was {@linkplain #free() freed}
     */
    public static Graph of(Value... outputs) {
        if (outputs.length == 0) {
            throw new IllegalArgumentException("graph: no outputs");
        }
        IdentityHashMap<Node, Boolean> seen = new IdentityHashMap<>();
        Deque<Node> open = new ArrayDeque<>();
        for (Value output : outputs) {
            Node node = output.node();
            if (node.tape() != outputs[0].node().tape()) {
                throw new IllegalArgumentException("graph: outputs belong to different tapes");
            }
            if (!node.isLive()) {
                throw new IllegalArgumentException("graph: output " + node + " depends on no parameter or input"
                        + (node.tape().retain() == Retain.NOTHING ? "; its tape retained nothing" : ""));
            }
            if (seen.put(node, true) == null) {
                open.push(node);
            }
        }
        List<Node> nodes = new ArrayList<>();
        while (!open.isEmpty()) {
            Node node = open.pop();
            if (node.isFreed()) {
                throw new GraphFreedException(node);
            }
            nodes.add(node);
            for (int i = 0; i < node.operands().size(); i++) {
                Node operand = node.operands().get(i).node();
                if (node.isLive(i) && seen.put(operand, true) == null) {
                    open.push(operand);
                }
            }
        }
        nodes.sort(Comparator.comparingInt(Node::id));
        return new Graph(List.of(outputs), Collections.unmodifiableList(nodes));
    }

    /** The values that this graph was asked for. */
    public List<Value> outputs() {
        return outputs;
    }

    /** Whether one of the graph's outputs is an output of the node at {@code index}; it may have consumers all the same. */
    public boolean isRoot(int index) {
        return roots.get(index);
    }

    /** Live nodes, operands before consumers. */
    public List<Node> nodes() {
        return nodes;
    }

    /** Number of live nodes. */
    public int size() {
        return nodes.size();
    }

    /** Node at {@code index}. */
    public Node node(int index) {
        return nodes.get(index);
    }

    /** Index of {@code node}, or -1 if the outputs do not depend on it. */
    public int indexOf(Node node) {
        return indices.getOrDefault(node, -1);
    }

    /** Who uses the outputs of the node at {@code index}. */
    public List<Use> uses(int index) {
        return Collections.unmodifiableList(uses.get(index));
    }

    /**
     * Gives back, at once, what the live nodes kept: activations, indices, masks, statistics. Leaves stay, they are their
     * owners', and so do values that were computed from constants alone. Later passes over these nodes, also through
     * other graphs that share them, are a {@link GraphFreedException}.
     */
    public void free() {
        nodes.forEach(Node::free);
    }
}
