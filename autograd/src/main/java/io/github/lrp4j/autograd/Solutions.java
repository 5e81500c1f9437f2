package io.github.lrp4j.autograd;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Values of products, attention and norms that need not be computed again, since a value further up determines them: {@code x w = y - b} where
 * {@code y = x w + b} was kept, or {@code x w = s - r} where the residual sum {@code s = x w + r} was.
 *
 * <p>The way back goes through {@link Op#solve} of at most {@link #FAR} consumers, along which all else is at hand. Float32
 * only: float64 is for truth, to the last digit.
 */
final class Solutions {
    /** Consumers that are looked through: bias, reshaping, splitting, a residual sum and a few more. */
    private static final int FAR = 6;

    private final Graph graph;
    private final RecordedValues values;
    private final IntPredicate passable;
    private final IntPredicate careless;
    /** Nodes whose values are right only in some cells. */
    private final BitSet partial = new BitSet();

    /**
     * @param passable whether the way may lead back through the node at an index
     * @param careless whether the step of the node at an index does not care for the other cells of partial values
     */
    Solutions(Graph graph, RecordedValues values, IntPredicate passable, IntPredicate careless) {
        this.graph = graph;
        this.values = values;
        this.passable = passable;
        this.careless = careless;
    }

    /** The value at {@code index} is right only where it matters to its single consumer and to careless steps. */
    void markPartial(int index) {
        partial.set(index);
    }

    /** Whether solving for the output of the node at {@code index} may save a product. */
    boolean areWorthwhile(int index) {
        Op op = graph.node(index).op();
        if (graph.node(index).dtype(0) != DType.F32) {
            return false;
        }
        if (op instanceof Linear || isMovedOnly(op)) {
            return true;
        }
        return op instanceof Additive sum && sum.isElementwise() && graph.producer(index, 0) >= 0
                && graph.node(graph.producer(index, 0)).op() instanceof Linear
                && values.atHand(graph.producer(index, 0), 0) == null;
    }

    /** Ops whose outputs are looked for where they were merely moved, which is exact. */
    private static boolean isMovedOnly(Op op) {
        return op instanceof Attention || op instanceof Normalization;
    }

    /** The output of the node at {@code index}, or null if it cannot be found in this way. */
    Tensor of(int index) {
        Deque<Graph.Use> way = new ArrayDeque<>();
        int at = index;
        boolean moved = isMovedOnly(graph.node(index).op());
        while (way.size() < FAR) {
            Graph.Use next = next(at, moved);
            if (next == null) {
                return null;
            }
            way.push(next);
            if (areAtHand(next.consumer())) {
                return back(way, at);
            }
            at = next.consumer();
        }
        return null;
    }

    /** The consumer of the only output at {@code at} through which to go on: one whose outputs are at hand, if there is one. */
    private Graph.Use next(int at, boolean moved) {
        if (graph.node(at).outputCount() != 1) {
            return null;
        }
        List<Graph.Use> uses = graph.uses(at);
        Graph.Use candidate = null;
        for (int u = 0; u < uses.size() && u < FAR; u++) {
            Graph.Use use = uses.get(u);
            if (isSolvable(use) && (!moved || graph.node(use.consumer()).op() instanceof Movement)) {
                if (areAtHand(use.consumer())) {
                    return use;
                }
                candidate = candidate == null ? use : candidate;
            }
        }
        return candidate;
    }

    private boolean isSolvable(Graph.Use use) {
        if (!passable.test(use.consumer())) {
            return false;
        }
        Node consumer = graph.node(use.consumer());
        for (int i = 0; i < consumer.operands().size(); i++) {
            if (i != use.operand() && values.operandAtHand(use.consumer(), i) == null) {
                return false;
            }
        }
        return true;
    }

    private boolean areAtHand(int index) {
        for (int o = 0; o < graph.node(index).outputCount(); o++) {
            if (values.atHand(index, o) == null) {
                return false;
            }
        }
        return true;
    }

    /** Solves consumer after consumer, from the last of the way to the first. */
    private Tensor back(Deque<Graph.Use> way, int last) {
        Tensor[] outputs = new Tensor[graph.node(way.peek().consumer()).outputCount()];
        for (int o = 0; o < outputs.length; o++) {
            outputs[o] = values.atHand(way.peek().consumer(), o);
        }
        int solved = last;
        boolean incomplete = partial.get(way.peek().consumer());
        while (true) {
            Graph.Use use = way.pop();
            if (incomplete && (graph.useCount(solved) != 1 || graph.isRoot(solved) || !careless.test(solved))) {
                return null;
            }
            Node consumer = graph.node(use.consumer());
            Tensor[] operands = new Tensor[consumer.operands().size()];
            for (int i = 0; i < operands.length; i++) {
                operands[i] = i == use.operand() ? null : values.operandAtHand(use.consumer(), i);
            }
            Saved known = new Saved(consumer.tape().kernels(), consumer.operandShapes(), operands, outputs, List.of());
            Tensor value = consumer.op().solve(known, use.operand()).orElse(null);
            if (value == null || !value.shape().equals(graph.node(solved).outputShape(0))) {
                return null;
            }
            if (incomplete) {
                partial.set(solved);
            }
            if (way.isEmpty()) {
                return value;
            }
            outputs = new Tensor[] {value};
            solved = graph.producer(way.peek().consumer(), way.peek().operand());
        }
    }
}
