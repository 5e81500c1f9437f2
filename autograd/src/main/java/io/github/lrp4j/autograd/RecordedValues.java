package io.github.lrp4j.autograd;

import io.github.lrp4j.autograd.record.Recording;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * The values of one recorded graph, for one reverse pass: kept ones as they are, others replayed up from what was kept
 * below them.
 *
 * <p>Each value is computed at most once, on demand, and dropped when its {@linkplain ValueLifetimes lifetime} ends.
 * Iterative: depth is no limit. One pass, one thread.
 */
public final class RecordedValues {
    /** Watches values come and go. */
    public interface Watcher {
        /** Watches nothing. */
        Watcher NONE = new Watcher() {
        };

        /** The outputs of the node at {@code index} were computed again and are held from now on. */
        default void recovered(int index) {
        }

        /** The recovered outputs of the node at {@code index} were dropped. */
        default void dropped(int index) {
        }
    }

    private final Graph graph;
    private final ValueLifetimes lifetimes;
    private final Watcher watcher;
    private final Recording recording;
    private final Tensor[][] computed;
    private List<Tensor>[] extras;
    private KeptByConsumers elsewhere;
    /** Nodes that were replayed after the end of their lifetime, for their extras or a reader that is no consumer. */
    private final List<Integer> late = new ArrayList<>(0);
    private Solutions solutions;
    private int position;
    private int released;

    /**
     * @param lifetimes of a graph of this structure, for what the pass reads
     * @param watcher is told of every node that is replayed
     */
    public RecordedValues(Graph graph, ValueLifetimes lifetimes, Watcher watcher) {
        this(graph, lifetimes, watcher, null);
    }

    /**
     * @param lifetimes of a graph of this structure, for what the pass reads
     * @param watcher is told of every node that is replayed
     * @param recording of the pass, which then gets its values traced to this graph; null if it is not recorded
     */
    public RecordedValues(Graph graph, ValueLifetimes lifetimes, Watcher watcher, Recording recording) {
        if (lifetimes.size() != graph.size()) {
            throw new IllegalArgumentException("recorded values: lifetimes of " + lifetimes.size()
                    + " nodes do not belong to a graph of " + graph.size());
        }
        this.graph = graph;
        this.lifetimes = lifetimes;
        this.watcher = watcher;
        this.recording = recording;
        this.computed = new Tensor[graph.size()][];
        this.position = graph.size();
    }

    /**
     * From now on, products are not computed again where a value further up determines them: {@code x w = y - b}. Equal up to
     * rounding of what they are found from.
     *
     * @param passable whether the step of the node at an index allows to find its operands from its outputs
     * @param careless whether the step of the node at an index does not care for cells of {@linkplain #assume assumed} values
     *     that are wrong
     */
    public void solving(IntPredicate passable, IntPredicate careless) {
        solutions = new Solutions(graph, this, passable, careless);
    }

    /** Whether to compute the output of the node at {@code index} would repeat a product that solving can save. */
    public boolean wouldRepeatProduct(int index) {
        return solutions != null && atHand(index, 0) == null && solutions.areWorthwhile(index);
    }

    /**
     * Takes {@code value} for the only output of the node at {@code index}: right in all cells that matter to its single
     * consumer and to careless steps.
     */
    public void assume(int index, Tensor value) {
        solutions.markPartial(index);
        hold(index, new Tensor[] {value});
    }

    /** Value of operand {@code i} of the node at {@code index}. */
    public Tensor operand(int index, int i) {
        Node.Edge edge = graph.node(index).operands().get(i);
        Tensor known = operandAtHand(index, i);
        return traced(edge.node(), edge.output(),
                known != null ? known : numbers(graph.producer(index, i), edge.output()));
    }

    /** Value of output {@code o} of the node at {@code index}. */
    public Tensor output(int index, int o) {
        return traced(graph.node(index), o, numbers(index, o));
    }

    private Tensor traced(Node node, int o, Tensor numbers) {
        return recording == null ? numbers : recording.traced(Value.of(node, o, numbers));
    }

    private Tensor numbers(int index, int o) {
        Tensor known = atHand(index, o);
        if (known == null) {
            compute(index);
            known = computed[index][o];
        }
        return known;
    }

    /** Indices, masks and statistics of the node at {@code index}. */
    public List<Tensor> extras(int index) {
        List<Tensor> numbers = extraNumbers(index);
        boolean differentiable = recording != null
                && numbers.stream().anyMatch(extra -> extra.dtype().isFloating());
        return differentiable
                ? new TracedExtras(recording, graph.node(index), i -> operand(index, i)).of(numbers)
                : numbers;
    }

    private List<Tensor> extraNumbers(int index) {
        List<Tensor> kept = graph.node(index).keptExtras();
        if (kept != null) {
            return kept;
        }
        if (extras == null || extras[index] == null) {
            compute(index);
        }
        return extras[index];
    }

    /** What the op's adjoint reads at the node at {@code index}. */
    public Saved saved(int index, Keeps keeps) {
        Node node = graph.node(index);
        Tensor[] operands = new Tensor[node.operands().size()];
        for (int i : keeps.operands()) {
            operands[i] = operand(index, i);
        }
        Tensor[] outputs = new Tensor[node.outputCount()];
        for (int o = 0; keeps.outputs() && o < outputs.length; o++) {
            outputs[o] = output(index, o);
        }
        Kernels kernels = recording == null ? node.tape().kernels() : recording.kernels();
        return new Saved(kernels, node.operandShapes(), operands, outputs, extras(index));
    }

    /** Drops what no step at or below {@code index} will read. */
    public void release(int index) {
        late.forEach(this::drop);
        late.clear();
        while (released < graph.size() && lifetimes.lastRead(lifetimes.released(released)) > index) {
            drop(lifetimes.released(released++));
        }
        for (int passed = position - 1; extras != null && passed > index; passed--) {
            extras[passed] = null;
        }
        position = index + 1;
    }

    private void drop(int index) {
        if (computed[index] != null) {
            Kernels kernels = graph.node(index).tape().kernels();
            for (Tensor value : computed[index]) {
                if (value.letGo() && recording == null) {
                    kernels.release(value);
                }
            }
            computed[index] = null;
            watcher.dropped(index);
        }
    }

    /** Value of operand {@code i} of the node at {@code index} if nothing has to be computed for it, else null. */
    Tensor operandAtHand(int index, int i) {
        Tensor kept = graph.node(index).operandAtHand(i);
        if (kept != null) {
            return kept;
        }
        return atHand(graph.producer(index, i), graph.node(index).operands().get(i).output());
    }

    /** Value of output {@code o} of the node at {@code index} if nothing has to be computed for it, else null. */
    public Tensor atHand(int index, int o) {
        Tensor kept = graph.node(index).keptOutput(o);
        if (kept != null) {
            return kept;
        }
        if (computed[index] != null) {
            return computed[index][o];
        }
        if (elsewhere == null) {
            elsewhere = new KeptByConsumers(graph);
        }
        return elsewhere.output(index, o);
    }

    /** Replays the node at {@code target} and, before it, whatever has to be: a depth-first walk with a stack of its own. */
    private void compute(int target) {
        int[] open = new int[16];
        int depth = 0;
        open[depth++] = target;
        while (depth > 0) {
            int index = open[depth - 1];
            if (computed[index] != null) {
                depth--;
                continue;
            }
            Tensor solved = solutions != null && solutions.areWorthwhile(index) ? solutions.of(index) : null;
            if (solved != null) {
                depth--;
                hold(index, new Tensor[] {solved});
                continue;
            }
            int before = depth;
            for (int i = graph.node(index).operands().size() - 1; i >= 0; i--) {
                if (operandAtHand(index, i) == null) {
                    open = depth < open.length ? open : Arrays.copyOf(open, 2 * depth);
                    open[depth++] = graph.producer(index, i);
                }
            }
            if (depth == before) {
                depth--;
                replay(index);
            }
        }
    }

    private void replay(int index) {
        Node node = graph.node(index);
        Kernels kernels = node.tape().kernels();
        List<Tensor> operands = new ArrayList<>(node.operands().size());
        for (int i = 0; i < node.operands().size(); i++) {
            operands.add(operandAtHand(index, i));
        }
        List<Tensor> values;
        if (node.keptExtras() != null) {
            values = node.op().replay(kernels, operands, node.keptExtras());
        } else {
            Outputs outputs = node.op().forward(kernels, operands);
            values = outputs.values();
            remember(index, outputs.extras());
        }
        hold(index, values.toArray(new Tensor[0]));
        for (int i = 0; i < node.operands().size(); i++) {
            int producer = graph.producer(index, i);
            if (producer >= 0 && lifetimes.isTransient(producer)) {
                drop(producer);
            }
        }
    }

    private void hold(int index, Tensor[] values) {
        computed[index] = values;
        for (Tensor value : values) {
            value.hold();
        }
        watcher.recovered(index);
        if (lifetimes.lastRead(index) >= position) {
            late.add(index);
        }
    }

    @SuppressWarnings("unchecked")
    private void remember(int index, List<Tensor> found) {
        if (extras == null) {
            extras = (List<Tensor>[]) new List<?>[graph.size()];
        }
        extras[index] = found;
    }
}
