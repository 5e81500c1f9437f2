package io.github.lrp4j.autograd;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import java.util.IdentityHashMap;
import java.util.function.IntFunction;

/**
 * {@code dL/dv} for the leaves of a graph (and other values that were asked for): the reverse sweep with {@link Op#vjp}.
 */
public final class Gradients {
    private final IdentityHashMap<Node, Tensor[]> kept;

    private Gradients(IdentityHashMap<Node, Tensor[]> kept) {
        this.kept = kept;
    }

    /**
     * Gradients of a scalar.
     *
     * @param loss a value with one element
     * @param intermediates values besides the leaves whose gradient will be asked for
     */
    public static Gradients ofScalar(Value loss, Value... intermediates) {
        if (loss.tensor().elements() != 1) {
            throw new IllegalArgumentException(
                    "gradients: " + loss.node() + " is no scalar but " + loss.tensor().shape()
                            + "; give the cotangent with vjp(output, cotangent)");
        }
        DType dtype = loss.tensor().dtype();
        return vjp(loss, Tensor.full(1, dtype, loss.tensor().shape()), intermediates);
    }

    /** The vector-Jacobian product of {@code output} with {@code cotangent} (of its shape). */
    public static Gradients vjp(Value output, Tensor cotangent, Value... intermediates) {
        return vjp(new Value[] {output}, new Tensor[] {cotangent}, intermediates);
    }

    /** The sum of the vector-Jacobian products of several outputs of one tape. */
    public static Gradients vjp(Value[] outputs, Tensor[] cotangents, Value... intermediates) {
        Graph graph = Graph.of(outputs);
        IdentityHashMap<Node, Tensor[]> kept = new IdentityHashMap<>();
        for (Value value : intermediates) {
            kept.put(value.node(), new Tensor[0]);
        }
        IntFunction<Saved> saved = saved(graph);
        ReverseSweep.run(graph, cotangents, (index, arrived) -> {
            Node node = graph.node(index);
            if (node.op() instanceof Leaf || kept.containsKey(node)) {
                Tensor.keepAll(arrived);
                kept.put(node, arrived);
            }
            return node.op().vjp(saved.apply(index), arrived, wanted(node));
        });
        return new Gradients(kept);
    }

    /** What the adjoint at each node reads: kept by the node, or replayed where the tape's policy asks for it. */
    private static IntFunction<Saved> saved(Graph graph) {
        if (!graph.node(0).tape().retain().isCheckpoint()) {
            return index -> graph.node(index).saved();
        }
        IntFunction<Keeps> reads = index -> graph.node(index).op().keeps(wanted(graph.node(index)));
        RecordedValues values = new RecordedValues(graph, ValueLifetimes.of(graph, reads), RecordedValues.Watcher.NONE);
        return index -> {
            values.release(index);
            return values.saved(index, reads.apply(index));
        };
    }

    private static boolean[] wanted(Node node) {
        boolean[] wanted = new boolean[node.operands().size()];
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] = node.isLive(i);
        }
        return wanted;
    }

    /**
     * The gradient with respect to a leaf or an intermediate that was asked for; zeros where the output does not depend on
     * it.
     */
    public Tensor of(Value value) {
        Tensor[] arrived = kept.get(value.node());
        if (arrived == null && !(value.node().op() instanceof Leaf)) {
            throw new IllegalArgumentException(
                    "gradients: " + value.node() + " is an intermediate value that was not asked for");
        }
        Tensor gradient = arrived == null || arrived.length == 0 ? null : arrived[value.output()];
        return gradient != null ? gradient : Tensor.zeros(value.tensor().dtype(), value.tensor().shape());
    }
}
