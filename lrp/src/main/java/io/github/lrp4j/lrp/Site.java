package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Node;
import io.github.lrp4j.autograd.Op;

/**
 * One node of a graph, as selectors and rules see it: its op, its scope, its neighbours and which operands receive
 * relevance. No numbers.
 *
 * @param graph the graph
 * @param index the node's index in it
 */
public record Site(Graph graph, int index) {
    /** The node. */
    public Node node() {
        return graph.node(index);
    }

    /** Its op. */
    public Op op() {
        return node().op();
    }

    /** Whether operand {@code i} takes relevance: it depends, through floating values, on a parameter or an input. */
    public boolean receives(int i) {
        return node().isLive(i);
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
}
