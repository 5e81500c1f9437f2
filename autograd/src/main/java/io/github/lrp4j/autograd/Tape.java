package io.github.lrp4j.autograd;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Records ops as they are applied: the define-by-run graph of one forward pass.
 *
 * <p>A tape holds no nodes; they live as long as the {@link Value}s that reach them. One tape serves one thread.
 * <pre>{@code
 * Tape tape = new Tape(kernels);
 * Value x = tape.input("pixels", image);
 * Value w = tape.parameter("fc.weight", weight);
 * Value logits = x.matmul(w.transpose(0, 1));
 * }</pre>
 */
public final class Tape {
    private final Kernels kernels;
    private final Retain retain;
    private final Map<String, Value> parameters = new HashMap<>();
    private String scope = "";
    private int nextId;
    /** Under a checkpoint policy: id of the first node of the segment that is being recorded, and arg nodes in it so far. */
    private int segmentStart;
    private int argNodes;

    /** A tape that keeps what gradients need. */
    public Tape(Kernels kernels) {
        this(kernels, Retain.GRADIENT);
    }

    /** A tape with another policy. */
    public Tape(Kernels kernels, Retain retain) {
        this.kernels = kernels;
        this.retain = retain;
    }

    /** Where this tape computes. */
    public Kernels kernels() {
        return kernels;
    }

    /** What it keeps. */
    public Retain retain() {
        return retain;
    }

    /** Something to explain or differentiate: live if its type is floating. */
    public Value input(String name, Tensor value) {
        return leaf(new Leaf.Input(name), value);
    }

    /**
     * A trained weight. The same name gives the same value: a module used twice has one leaf, to which both uses add.
     *
     * @throws IllegalArgumentException if the name was used for another tensor
     */
    public Value parameter(String name, Tensor value) {
        Value known = parameters.get(name);
        if (known == null) {
            known = leaf(new Leaf.Parameter(name), value);
            parameters.put(name, known);
        } else if (known.tensor() != value) {
            throw new IllegalArgumentException("parameter " + name + " is already another tensor on this tape, known "
                    + known.tensor().shape() + ", new " + value.shape());
        }
        return known;
    }

    /** A value that takes neither gradient nor relevance. */
    public Value constant(Tensor value) {
        return leaf(new Leaf.Constant(), value);
    }

    private Value leaf(Leaf op, Tensor value) {
        boolean live = op.isLive() && value.dtype().isFloating();
        Node node = new Node(this, nextId++, op, scope, List.of(), Outputs.of(value), new Tensor[0],
                new Tensor[] {value}, live, op instanceof Leaf.Input);
        return new Value(value, node, 0);
    }

    /**
     * Enters a module: nodes recorded until the scope is closed carry its path.
     * <pre>{@code try (Scope _ = tape.scope("layer1.0")) { y = x.relu(); } }</pre>
     */
    public Scope scope(String name) {
        String outer = scope;
        scope = outer.isEmpty() ? name : outer + "." + name;
        return new Scope(this, outer);
    }

    /** The module path at this moment. */
    public String scope() {
        return scope;
    }

    void leave(String outer) {
        scope = outer;
    }

    /** Applies an op with one output. */
    public Value apply(Op op, Value... operands) {
        return applyAll(op, operands).get(0);
    }

    /**
     * Applies an op and records the application.
     *
     * @return one value per output
     * @throws OpException naming op, scope and shapes if the operands do not fit
     */
    public List<Value> applyAll(Op op, Value... operands) {
        List<Tensor> tensors = new ArrayList<>(operands.length);
        List<Node.Edge> edges = new ArrayList<>(operands.length);
        boolean[] wanted = new boolean[operands.length];
        boolean live = false;
        boolean activation = false;
        for (int i = 0; i < operands.length; i++) {
            Value operand = operands[i];
            if (operand.node().tape() != this) {
                throw new IllegalArgumentException(
                        op.name() + (scope.isEmpty() ? "" : " at " + scope) + ": operand " + i
                                + " belongs to another tape");
            }
            tensors.add(operand.tensor());
            edges.add(new Node.Edge(operand.node(), operand.output()));
            wanted[i] = operand.node().isLive() && operand.tensor().dtype().isFloating();
            live |= wanted[i];
            activation |= operand.node().isActivation();
        }
        Outputs outputs;
        try {
            outputs = op.forward(kernels, tensors);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new OpException(op.name(), scope, e);
        }
        Node node = record(op, edges, tensors, outputs, wanted, live, activation);
        List<Value> values = new ArrayList<>(outputs.values().size());
        for (int o = 0; o < outputs.values().size(); o++) {
            values.add(new Value(outputs.values().get(o), node, o));
        }
        return values;
    }

    private Node record(Op op, List<Node.Edge> edges, List<Tensor> tensors, Outputs outputs, boolean[] wanted,
            boolean live, boolean activation) {
        Tensor[] keptOutputs = new Tensor[outputs.values().size()];
        if (retain == Retain.NOTHING || !live) {
            // Without history nothing can be differentiated, and a dead value needs none: its node is a constant.
            boolean keepValue = retain != Retain.NOTHING;
            for (int o = 0; keepValue && o < keptOutputs.length; o++) {
                keptOutputs[o] = outputs.values().get(o);
            }
            return new Node(this, nextId++, op, scope, List.of(), new Outputs(outputs.values(), List.of()),
                    new Tensor[0], keptOutputs, retain != Retain.NOTHING && live, activation);
        }
        Tensor[] keptOperands = new Tensor[edges.size()];
        Keeps keeps = op.keeps(wanted);
        for (int i = 0; i < keptOperands.length; i++) {
            // A whole number of a live node (a position that data decided) has no place in the live graph: it is kept.
            boolean lost = !wanted[i] && edges.get(i).node().isLive();
            boolean crossing = retain.isCheckpoint() && crosses(edges.get(i).node());
            if (lost || crossing || retain == Retain.SPEED) {
                keptOperands[i] = tensors.get(i);
            }
        }
        Outputs recorded = outputs;
        if (retain.isCheckpoint()) {
            if (!op.fixesReplay()) {
                recorded = new Outputs(outputs.values(), null);
            }
        } else {
            keeps.operands().forEach(i -> keptOperands[i] = tensors.get(i));
            for (int o = 0; o < keptOutputs.length; o++) {
                if (retain == Retain.SPEED || keeps.outputs()) {
                    keptOutputs[o] = outputs.values().get(o);
                }
            }
        }
        countArgNode(op, keeps);
        return new Node(this, nextId++, op, scope, List.copyOf(edges), recorded, keptOperands, keptOutputs, true,
                activation);
    }

    /** Whether an operand comes from an earlier segment and is not at hand anyway. */
    private boolean crosses(Node operand) {
        return operand.id() < segmentStart && operand.isLive() && !(operand.op() instanceof Leaf);
    }

    private void countArgNode(Op op, Keeps keeps) {
        if (op instanceof Additive || keeps.outputs() || !keeps.operands().isEmpty()) {
            argNodes++;
            if (argNodes == retain.segment()) {
                argNodes = 0;
                segmentStart = nextId + 1;
            }
        }
    }
}
