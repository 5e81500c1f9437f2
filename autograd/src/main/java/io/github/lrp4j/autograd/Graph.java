package io.github.lrp4j.autograd;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;

/**
 * The live nodes that some outputs depend on, in topological order: operands before consumers.
 *
 * <p>A read-only view; found iteratively, so depth is no limit. Nodes are addressed by their index in this order. Edges
 * lie in flat arrays, and an index is a node's rank among the ids of the graph, so that finding the graph and every
 * question to it cost a few machine words per node and edge.
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
    private final Node[] nodes;
    private final IdRanks ranks;
    /** Operands of node n lie at {@code firstOperand[n]} and after. */
    private final int[] firstOperand;
    private final int[] producers;
    /** Uses of node n lie at {@code firstUse[n]} and after, by consumer, then by operand. */
    private final int[] firstUse;
    private final int[] useConsumers;
    private final int[] useOperands;
    private final BitSet roots = new BitSet();

    private Graph(List<Value> outputs, Node[] nodes, IdRanks ranks) {
        this.outputs = outputs;
        this.nodes = nodes;
        this.ranks = ranks;
        int n = nodes.length;
        firstOperand = new int[n + 1];
        for (int c = 0; c < n; c++) {
            firstOperand[c + 1] = firstOperand[c] + nodes[c].operands().size();
        }
        producers = new int[firstOperand[n]];
        firstUse = new int[n + 1];
        for (int c = 0; c < n; c++) {
            List<Node.Edge> operands = nodes[c].operands();
            for (int i = 0; i < operands.size(); i++) {
                int producer = nodes[c].isLive(i) ? ranks.of(operands.get(i).node().id()) : -1;
                producers[firstOperand[c] + i] = producer;
                if (producer >= 0) {
                    firstUse[producer + 1]++;
                }
            }
        }
        for (int p = 0; p < n; p++) {
            firstUse[p + 1] += firstUse[p];
        }
        useConsumers = new int[firstUse[n]];
        useOperands = new int[firstUse[n]];
        int[] next = Arrays.copyOf(firstUse, n);
        for (int c = 0; c < n; c++) {
            for (int e = firstOperand[c]; e < firstOperand[c + 1]; e++) {
                if (producers[e] >= 0) {
                    int use = next[producers[e]]++;
                    useConsumers[use] = c;
                    useOperands[use] = e - firstOperand[c];
                }
            }
        }
        outputs.forEach(output -> roots.set(ranks.of(output.node().id())));
    }

    /**
     * The graph behind these outputs.
     *
     * @throws IllegalArgumentException if there is none: no output, outputs of several tapes, or one that depends on no
     *     parameter and no input (for instance because its tape retained nothing) or is not floating
     * @throws GraphFreedException if a node was {@linkplain #free() freed}
     */
    public static Graph of(Value... outputs) {
        if (outputs.length == 0) {
            throw new IllegalArgumentException("graph: no outputs");
        }
        int last = 0;
        for (Value output : outputs) {
            Node node = output.node();
            if (node.tape() != outputs[0].node().tape()) {
                throw new IllegalArgumentException("graph: outputs belong to different tapes");
            }
            if (!node.isLive()) {
                throw new IllegalArgumentException("graph: output " + node + " depends on no parameter or input"
                        + (node.tape().retain() == Retain.NOTHING ? "; its tape retained nothing" : ""));
            }
            if (!output.tensor().dtype().isFloating()) {
                throw new IllegalArgumentException("graph: output " + output.output() + " of " + node + " is "
                        + output.tensor().dtype() + "; only floating values have gradients and relevance");
            }
            last = Math.max(last, node.id());
        }
        IdRanks ranks = new IdRanks(last);
        Node[] found = new Node[64];
        int count = 0;
        for (Value output : outputs) {
            if (ranks.add(output.node().id())) {
                found = withRoom(found, count);
                found[count++] = output.node();
            }
        }
        for (int visited = 0; visited < count; visited++) {
            Node node = found[visited];
            if (node.isFreed()) {
                throw new GraphFreedException(node);
            }
            List<Node.Edge> operands = node.operands();
            for (int i = 0; i < operands.size(); i++) {
                Node operand = operands.get(i).node();
                if (node.isLive(i) && ranks.add(operand.id())) {
                    found = withRoom(found, count);
                    found[count++] = operand;
                }
            }
        }
        ranks.count();
        Node[] ordered = new Node[count];
        for (int i = 0; i < count; i++) {
            ordered[ranks.of(found[i].id())] = found[i];
        }
        return new Graph(List.of(outputs), ordered, ranks);
    }

    private static Node[] withRoom(Node[] nodes, int count) {
        return count < nodes.length ? nodes : Arrays.copyOf(nodes, 2 * count);
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
        return Collections.unmodifiableList(Arrays.asList(nodes));
    }

    /** Number of live nodes. */
    public int size() {
        return nodes.length;
    }

    /** Node at {@code index}. */
    public Node node(int index) {
        return nodes[index];
    }

    /** Index of {@code node}, or -1 if the outputs do not depend on it. */
    public int indexOf(Node node) {
        return node.tape() == nodes[0].tape() ? ranks.of(node.id()) : -1;
    }

    /** Index of the node that computed operand {@code i} of the node at {@code index}, or -1 if that operand is not live. */
    public int producer(int index, int i) {
        return producers[firstOperand[index] + i];
    }

    /** How many uses there are of the outputs of the node at {@code index}. */
    public int useCount(int index) {
        return firstUse[index + 1] - firstUse[index];
    }

    /** Who uses the outputs of the node at {@code index}, in order of consumers. */
    public List<Use> uses(int index) {
        return new Uses(firstUse[index], useCount(index));
    }

    private final class Uses extends AbstractList<Use> implements RandomAccess {
        private final int first;
        private final int count;

        Uses(int first, int count) {
            this.first = first;
            this.count = count;
        }

        @Override
        public Use get(int u) {
            Objects.checkIndex(u, count);
            int consumer = useConsumers[first + u];
            int operand = useOperands[first + u];
            return new Use(consumer, operand, nodes[consumer].operands().get(operand).output());
        }

        @Override
        public int size() {
            return count;
        }
    }

    /**
     * Gives back, at once, what the live nodes kept: activations, indices, masks, statistics. Leaves stay, they are their
     * owners', and so do values that were computed from constants alone. Later passes over these nodes, also through
     * other graphs that share them, are a {@link GraphFreedException}; there must be none at the same time.
     *
     * <p>The memory serves again for the next results, which saves a repeated pass most of what the collector does. The
     * graph's outputs stay, and so does what {@link Value#tensor()} gave out before; another value that is read for the first
     * time afterwards may be an {@link IllegalStateException}.
     */
    public void free() {
        for (Node node : nodes) {
            node.free();
        }
    }
}
