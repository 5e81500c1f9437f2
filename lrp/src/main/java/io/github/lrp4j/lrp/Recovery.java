package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Node;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/**
 * Gives values of one recorded graph: kept ones as they are, others by chaining forward closures up from what was kept.
 *
 * <p>Each value is computed at most once, on demand, and dropped as soon as the plan says that nobody will ask again.
 * Iterative: depth is no limit. One run, one thread.
 */
final class Recovery {
    private final RelevancePlan plan;
    private final Graph graph;
    private final Trace trace;
    private final List<List<Tensor>> computed;
    private int released;

    Recovery(RelevancePlan plan, Graph graph, Trace trace) {
        this.plan = plan;
        this.graph = graph;
        this.trace = trace;
        this.computed = new ArrayList<>(Collections.nCopies(graph.size(), null));
    }

    /** Value of operand {@code i} of the node at {@code index}. */
    Tensor operand(int index, int i) {
        Tensor known = atHand(index, i);
        if (known != null) {
            return known;
        }
        Node.Edge edge = graph.node(index).operands().get(i);
        return output(graph.indexOf(edge.node()), edge.output());
    }

    /** Value of output {@code o} of the node at {@code index}. */
    Tensor output(int index, int o) {
        Tensor known = known(index, o);
        if (known == null) {
            compute(index);
            known = known(index, o);
        }
        return known;
    }

    /** Drops what no step at or below {@code index} will read. */
    void release(int index) {
        List<Integer> order = plan.releaseOrder();
        while (released < order.size() && plan.lastRead(order.get(released)) > index) {
            computed.set(order.get(released++), null);
        }
    }

    private Tensor atHand(int index, int i) {
        Tensor kept = graph.node(index).operandAtHand(i);
        if (kept != null) {
            return kept;
        }
        Node.Edge edge = graph.node(index).operands().get(i);
        return known(graph.indexOf(edge.node()), edge.output());
    }

    /** Value of output {@code o} of the node at {@code index} if nothing has to be computed for it, else null. */
    Tensor known(int index, int o) {
        Tensor kept = graph.node(index).keptOutput(o);
        if (kept != null) {
            return kept;
        }
        if (computed.get(index) != null) {
            return computed.get(index).get(o);
        }
        // Another consumer may have kept this very value for its own gradient: a residual sum that a norm reads next.
        for (Graph.Use use : graph.uses(index)) {
            if (use.output() == o && graph.node(use.consumer()).keptOperand(use.operand()) != null) {
                return graph.node(use.consumer()).keptOperand(use.operand());
            }
        }
        return null;
    }

    private void compute(int target) {
        Deque<Integer> open = new ArrayDeque<>();
        open.push(target);
        while (!open.isEmpty()) {
            int index = open.peek();
            int missing = firstMissing(index);
            if (missing >= 0) {
                open.push(missing);
                continue;
            }
            open.pop();
            if (computed.get(index) == null) {
                replay(index);
            }
        }
    }

    /** Index of the first producer whose value has to be computed before this node can be replayed, or -1. */
    private int firstMissing(int index) {
        Node node = graph.node(index);
        for (int i = 0; i < node.operands().size(); i++) {
            if (atHand(index, i) == null) {
                return graph.indexOf(node.operands().get(i).node());
            }
        }
        return -1;
    }

    private void replay(int index) {
        Node node = graph.node(index);
        Kernels kernels = node.tape().kernels();
        List<Tensor> operands = new ArrayList<>(node.operands().size());
        for (int i = 0; i < node.operands().size(); i++) {
            operands.add(atHand(index, i));
        }
        computed.set(index, node.op().replay(kernels, operands, node.extras()));
        for (Node.Edge edge : node.operands()) {
            int producer = graph.indexOf(edge.node());
            if (producer >= 0 && plan.isTransient(producer)) {
                computed.set(producer, null);
            }
        }
        trace.recovered(index);
    }
}
