package io.github.lrp4j.autograd;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.function.IntFunction;

/**
 * {@code dL/dv} for the leaves of a graph (and other values that were asked for): the reverse sweep with {@link Op#vjp}.
 */
public final class Gradients {
    private final IdentityHashMap<Node, Tensor[]> kept;
    /** Whether leaves that were not asked for have a gradient too. */
    private final boolean ofLeaves;

    private Gradients(IdentityHashMap<Node, Tensor[]> kept, boolean ofLeaves) {
        this.kept = kept;
        this.ofLeaves = ofLeaves;
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
        return sweep(graph, cotangents, asked(intermediates), true, index -> wanted(graph.node(index)));
    }

    /**
     * The vector-Jacobian product for these values alone: what leads to none of them, such as weights, costs nothing.
     *
     * @param targets leaves or intermediates whose gradient will be asked for
     * @throws IllegalArgumentException if there is none
     */
    public static Gradients only(Value output, Tensor cotangent, Value... targets) {
        return only(new Value[] {output}, new Tensor[] {cotangent}, targets);
    }

    /** The sum of the vector-Jacobian products of several outputs of one tape, for these values alone. */
    public static Gradients only(Value[] outputs, Tensor[] cotangents, Value... targets) {
        if (targets.length == 0) {
            throw new IllegalArgumentException("only: name at least one target");
        }
        Graph graph = Graph.of(outputs);
        IdentityHashMap<Node, Tensor[]> asked = asked(targets);
        BitSet leading = new BitSet();
        boolean[][] wanted = new boolean[graph.size()][];
        for (int n = 0; n < graph.size(); n++) {
            wanted[n] = new boolean[graph.node(n).operands().size()];
            for (int i = 0; i < wanted[n].length; i++) {
                int producer = graph.producer(n, i);
                wanted[n][i] = producer >= 0 && leading.get(producer);
                leading.set(n, leading.get(n) || wanted[n][i]);
            }
            leading.set(n, leading.get(n) || asked.containsKey(graph.node(n)));
        }
        return sweep(graph, cotangents, asked, false, index -> wanted[index].clone());
    }

    private static IdentityHashMap<Node, Tensor[]> asked(Value... values) {
        IdentityHashMap<Node, Tensor[]> asked = new IdentityHashMap<>();
        for (Value value : values) {
            asked.put(value.node(), new Tensor[0]);
        }
        return asked;
    }

    private static Gradients sweep(Graph graph, Tensor[] cotangents, IdentityHashMap<Node, Tensor[]> kept,
            boolean ofLeaves, IntFunction<boolean[]> wanted) {
        IntFunction<Saved> saved = saved(graph, wanted);
        ReverseSweep.run(graph, cotangents, (index, arrived) -> {
            Node node = graph.node(index);
            if (ofLeaves && node.op() instanceof Leaf || kept.containsKey(node)) {
                Tensor.keepAll(arrived);
                kept.put(node, arrived);
            }
            boolean[] operands = wanted.apply(index);
            return isAny(operands) ? node.op().vjp(saved.apply(index), arrived, operands) : new Tensor[0];
        });
        return new Gradients(kept, ofLeaves);
    }

    private static boolean isAny(boolean[] flags) {
        for (boolean flag : flags) {
            if (flag) {
                return true;
            }
        }
        return false;
    }

    /** What the adjoint at each node reads: kept by the node, or replayed where the tape's policy asks for it. */
    private static IntFunction<Saved> saved(Graph graph, IntFunction<boolean[]> wanted) {
        if (!graph.node(0).tape().retain().isCheckpoint()) {
            return index -> graph.node(index).saved();
        }
        IntFunction<Keeps> reads = index -> graph.node(index).op().keeps(wanted.apply(index));
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
        if (arrived == null && !(ofLeaves && value.node().op() instanceof Leaf)) {
            throw new IllegalArgumentException("gradients: " + value.node()
                    + (ofLeaves ? " is an intermediate value that was not asked for" : " was not asked for"));
        }
        Tensor gradient = arrived == null || arrived.length == 0 ? null : arrived[value.output()];
        return gradient != null ? gradient : Tensor.zeros(value.tensor().dtype(), value.tensor().shape());
    }
}
