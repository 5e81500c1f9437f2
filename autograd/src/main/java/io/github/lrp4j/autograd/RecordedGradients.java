package io.github.lrp4j.autograd;

import io.github.lrp4j.autograd.record.Recording;
import io.github.lrp4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * {@code dL/dv} as values of the same tape: gradients that can be computed with and differentiated again, to any order.
 *
 * <pre>{@code
 * Value gradient = RecordedGradients.ofScalar(loss).of(x);
 * Value penalty = gradient.mul(gradient).sum();
 * Gradients second = Gradients.ofScalar(penalty);
 * }</pre>
 *
 * <p>The sweep is that of {@link Gradients}, through kernels that record.
 */
public final class RecordedGradients {
    private final Map<Node, Value[]> kept;

    private RecordedGradients(Map<Node, Value[]> kept) {
        this.kept = kept;
    }

    /**
     * Gradients of a scalar.
     *
     * @param loss a value with one element
     * @param intermediates values besides the leaves whose gradient will be asked for
     */
    public static RecordedGradients ofScalar(Value loss, Value... intermediates) {
        if (loss.tensor().elements() != 1) {
            throw new IllegalArgumentException(
                    "gradients: " + loss.node() + " is no scalar but " + loss.tensor().shape()
                            + "; give the cotangent with vjp(output, cotangent)");
        }
        Tensor one = Tensor.full(1, loss.tensor().dtype(), loss.tensor().shape());
        return vjp(loss, loss.tape().constant(one), intermediates);
    }

    /** The vector-Jacobian product of {@code output} with {@code cotangent} (of its shape), differentiable in both. */
    public static RecordedGradients vjp(Value output, Value cotangent, Value... intermediates) {
        return vjp(List.of(output), List.of(cotangent), intermediates);
    }

    /** The sum of the vector-Jacobian products of several outputs of one tape. */
    public static RecordedGradients vjp(List<Value> outputs, List<Value> cotangents, Value... intermediates) {
        Graph graph = Graph.of(outputs.toArray(Value[]::new));
        Tape tape = outputs.get(0).tape();
        Recording recording = new Recording(tape);
        Map<Node, Tensor[]> arrivals = new IdentityHashMap<>();
        for (Value value : intermediates) {
            arrivals.put(value.node(), new Tensor[0]);
        }
        IntFunction<Keeps> reads = index -> graph.node(index).op().keeps(wanted(graph.node(index)));
        RecordedValues values = new RecordedValues(graph, ValueLifetimes.of(graph, reads),
                RecordedValues.Watcher.NONE, recording);
        Tensor[] seeds = cotangents.stream().map(recording::traced).toArray(Tensor[]::new);
        try (Scope _ = tape.scope("gradient")) {
            ReverseSweep.run(recording.kernels(), graph, seeds, (index, arrived) -> {
                values.release(index);
                Node node = graph.node(index);
                if (node.op() instanceof Leaf || arrivals.containsKey(node)) {
                    arrivals.put(node, arrived);
                }
                return node.op().vjp(values.saved(index, reads.apply(index)), arrived, wanted(node));
            });
            Map<Node, Value[]> kept = new IdentityHashMap<>();
            arrivals.forEach((node, arrived) -> kept.put(node, values(recording, arrived)));
            return new RecordedGradients(kept);
        }
    }

    private static boolean[] wanted(Node node) {
        boolean[] wanted = new boolean[node.operands().size()];
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] = node.isLive(i);
        }
        return wanted;
    }

    private static Value[] values(Recording recording, Tensor[] arrived) {
        List<Value> values = new ArrayList<>(arrived.length);
        for (Tensor tensor : arrived) {
            values.add(tensor == null ? null : recording.valueOf(tensor));
        }
        return values.toArray(Value[]::new);
    }

    /**
     * The gradient with respect to a leaf or an intermediate that was asked for; zeros where the output does not depend on
     * it.
     */
    public Value of(Value value) {
        Value[] arrived = kept.get(value.node());
        if (arrived == null && !(value.node().op() instanceof Leaf)) {
            throw new IllegalArgumentException(
                    "gradients: " + value.node() + " is an intermediate value that was not asked for");
        }
        Value gradient = arrived == null || arrived.length == 0 ? null : arrived[value.output()];
        return gradient != null
                ? gradient
                : value.tape().constant(Tensor.zeros(value.tensor().dtype(), value.shape()));
    }
}
