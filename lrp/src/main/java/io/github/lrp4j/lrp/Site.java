package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Movement;
import io.github.lrp4j.autograd.Node;
import io.github.lrp4j.autograd.Op;
import io.github.lrp4j.autograd.op.Elementwise;
import io.github.lrp4j.autograd.op.Interpolate;
import io.github.lrp4j.autograd.op.MaxPool;
import io.github.lrp4j.autograd.op.Softmax;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * One node of a graph, as selectors and rules see it: its op, its scope, its neighbours and which operands receive
 * relevance. No numbers.
 *
 * @param graph the graph
 * @param index the node's index in it
 * @param constants operands that a rule holds constant here: they take no relevance
 */
public record Site(Graph graph, int index, Set<Integer> constants) {
    /** Copies. */
    public Site {
        constants = Set.copyOf(constants);
    }

    /** A node as it is. */
    public Site(Graph graph, int index) {
        this(graph, index, Set.of());
    }

    /** This site with more operands held constant. */
    public Site holding(List<Integer> operands) {
        Set<Integer> all = new HashSet<>(constants);
        all.addAll(operands);
        return new Site(graph, index, all);
    }

    /** The node. */
    public Node node() {
        return graph.node(index);
    }

    /** Its op. */
    public Op op() {
        return node().op();
    }

    /**
     * Whether operand {@code i} takes relevance: it depends, through floating values, on a parameter or an input, and is
     * not held constant.
     */
    public boolean receives(int i) {
        return node().isLive(i) && !constants.contains(i);
    }

    /** How many operands take relevance. */
    public int receivers() {
        int count = 0;
        for (int i = 0; i < node().operands().size(); i++) {
            count += receives(i) ? 1 : 0;
        }
        return count;
    }

    /** Whether a floating operand takes no relevance, because it depends on no parameter and no input. */
    public boolean hasDeadOperand() {
        for (int i = 0; i < node().operands().size(); i++) {
            Node.Edge operand = node().operands().get(i);
            if (!receives(i) && operand.node().dtype(operand.output()).isFloating()) {
                return true;
            }
        }
        return false;
    }

    /** Whether operand {@code i} depends on an input rather than on parameters and constants alone. */
    public boolean isActivation(int i) {
        return node().operands().get(i).node().isActivation();
    }

    /** Whether the ops that made operand {@code i} show that no cell of it is negative: a ReLU, and what moves its cells or picks some. */
    public boolean isNonNegative(int i) {
        Node.Edge edge = node().operands().get(i);
        while (edge.node().outputCount() == 1 && (edge.node().op() instanceof Movement
                || edge.node().op() instanceof MaxPool) && edge.node().operands().size() == 1) {
            if (edge.node().op() instanceof Interpolate || edge.node().op() instanceof Movement op && op.fills()) {
                return false;
            }
            edge = edge.node().operands().get(0);
        }
        return edge.node().op() instanceof Elementwise op && switch (op.function().kind()) {
            case RELU, EXP, SIGMOID, ABS, SQUARE, SQRT, SOFTPLUS -> true;
            default -> false;
        } || edge.node().op() instanceof Softmax;
    }

    /**
     * Of an op with two operands that both come from the same activation: the position of the one that comes the shorter
     * way, the skip connection of a residual addition. An operand that is itself an ancestor of the other is the skip; so
     * is a projection of one or two nodes beside a longer branch. Empty where there is no common activation, or where
     * both ways are equally long.
     */
    public OptionalInt skipOperand() {
        return SkipConnection.of(graph, node());
    }
}
