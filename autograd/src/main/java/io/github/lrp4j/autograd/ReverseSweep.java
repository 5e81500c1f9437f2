package io.github.lrp4j.autograd;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.function.UnaryOperator;

/**
 * The one traversal from outputs to leaves: per node, the cotangents of its outputs come in, those of its operands go
 * out and are summed per producer.
 *
 * <p>Each node is visited once, after all of its consumers; what arrived at a node is freed when the node has been
 * visited: its memory serves again unless somebody {@linkplain Tensor#keep keeps} it. The gradient is this sweep with {@link Op#vjp} as its step; relevance is this sweep with rules.
 */
public final class ReverseSweep {
    /** What happens at a node. */
    @FunctionalInterface
    public interface Step {
        /**
         * Passes on what arrived at a node.
         *
         * @param index index of the node in the graph
         * @param arrived per output what arrived, null where nothing did; at least one entry is there
         * @return per operand what goes on to it, null for nothing; an empty array at leaves. What is returned is the sweep's
         *     from then on
         */
        Tensor[] at(int index, Tensor[] arrived);
    }

    private ReverseSweep() {
    }

    /** Runs the sweep where the graph was computed. */
    public static void run(Graph graph, Tensor[] seeds, Step step) {
        run(graph.outputs().get(0).node().tape().kernels(), graph, seeds, step);
    }

    /**
     * Runs the sweep.
     *
     * @param kernels where to sum what arrives at a node from several consumers
     * @param seeds per output of the graph, in order, what starts there; null for nothing. The same value may be an output
     *     twice, and one output may lead to another: everything adds up
     * @throws ShapeException if a seed or what a step passes on does not have the shape of its value
     */
    public static void run(Kernels kernels, Graph graph, Tensor[] seeds, Step step) {
        sweep(kernels, graph, seeds, step, shape -> shape);
    }

    /**
     * Runs the sweep for several independent sets of seeds side by side: everything that starts, arrives and is passed on
     * has a leading dimension of {@code lanes} entries.
     *
     * @see Lanes
     */
    public static void runLanes(Kernels kernels, Graph graph, int lanes, Tensor[] seeds, Step step) {
        sweep(kernels, graph, seeds, step, shape -> Lanes.shape(lanes, shape));
    }

    private static void sweep(Kernels kernels, Graph graph, Tensor[] seeds, Step step, UnaryOperator<Shape> wanted) {
        Tensor[][] arrived = new Tensor[graph.size()][];
        for (int s = 0; s < seeds.length; s++) {
            Value output = graph.outputs().get(s);
            if (seeds[s] != null) {
                Shape shape = wanted.apply(output.tensor().shape());
                if (!seeds[s].shape().equals(shape)) {
                    throw new ShapeException(output.node(), "seed of output " + output.output(), shape,
                            seeds[s].shape(), "start with one number per cell of the output");
                }
                // Twice: seeds are the caller's.
                seeds[s].hold();
                seeds[s].hold();
                add(kernels, arrived, graph, graph.indexOf(output.node()), output.output(), seeds[s]);
            }
        }
        for (int n = graph.size() - 1; n >= 0; n--) {
            if (arrived[n] == null) {
                continue;
            }
            Node node = graph.node(n);
            Tensor[] before = arrived[n];
            Tensor[] passed = step.at(n, before);
            arrived[n] = null;
            if (passed.length > node.operands().size()) {
                throw new ShapeException(node, node.operands().size(), passed.length);
            }
            for (Tensor tensor : passed) {
                if (tensor != null) {
                    tensor.hold();
                }
            }
            for (Tensor tensor : before) {
                letGo(kernels, tensor);
            }
            for (int i = 0; i < passed.length; i++) {
                if (passed[i] == null) {
                    continue;
                }
                Node.Edge edge = node.operands().get(i);
                Shape shape = wanted.apply(edge.shape());
                if (!passed[i].shape().equals(shape)) {
                    throw new ShapeException(node, "operand " + i, shape, passed[i].shape(),
                            "the rule or adjoint of this op must return its operand's shape");
                }
                int producer = graph.producer(n, i);
                if (producer >= 0) {
                    add(kernels, arrived, graph, producer, edge.output(), passed[i]);
                } else {
                    letGo(kernels, passed[i]);
                }
            }
        }
    }

    /** Adds an amount that is held for whom it goes to. */
    private static void add(Kernels kernels, Tensor[][] arrived, Graph graph, int index, int output, Tensor amount) {
        if (arrived[index] == null) {
            arrived[index] = new Tensor[graph.node(index).outputCount()];
        }
        Tensor before = arrived[index][output];
        if (before == null) {
            arrived[index][output] = amount;
            return;
        }
        Tensor sum = kernels.binary(BinaryFn.ADD, before, amount);
        sum.hold();
        arrived[index][output] = sum;
        letGo(kernels, before);
        letGo(kernels, amount);
    }

    private static void letGo(Kernels kernels, Tensor tensor) {
        if (tensor != null && tensor.letGo()) {
            kernels.release(tensor);
        }
    }
}
