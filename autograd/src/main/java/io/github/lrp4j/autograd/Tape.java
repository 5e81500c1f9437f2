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
 *
 * <p>A tape <em>fuses</em>: the float32 numbers of a {@link Fusible} op, of a bias or a tensor of its shape added to it, and
 * of an activation function after that are computed together, when the first of them is kept or asked for
 * ({@link Value#tensor}) or another op reads it. Nodes, what they keep, errors and numbers, bit by bit, are those of a tape
 * that does not fuse; a value that was skipped in this way and is asked for later is computed then. {@link Retain#SPEED}
 * keeps every value, so there is nothing to skip. {@code -Dlrp4j.fusing=false}, or a constructor, switches it off.
 */
public final class Tape {
    /** System property; {@code false} makes tapes that do not fuse. */
    public static final String FUSING_PROPERTY = "lrp4j.fusing";

    private final Kernels kernels;
    private final Retain retain;
    private final boolean fuses;
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
        this(kernels, retain, !"false".equals(System.getProperty(FUSING_PROPERTY)));
    }

    /** A tape with another policy that fuses or applies each op by itself. */
    public Tape(Kernels kernels, Retain retain, boolean fuses) {
        this.kernels = kernels;
        this.retain = retain;
        this.fuses = fuses;
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
            edges.add(new Node.Edge(operand.node(), operand.output()));
            wanted[i] = operand.node().isLive() && operand.node().dtype(operand.output()).isFloating();
            live |= wanted[i];
            activation |= operand.node().isActivation();
        }
        boolean joins = joins(live, operands);
        Pending pending = joins ? Pending.of(kernels, scope, op, operands) : null;
        if (pending != null) {
            return List.of(new Value(pending, record(op, edges, operands, pending, wanted, activation)));
        }
        Outputs outputs = forward(op, joins && !keepsInput(op, wanted), operands);
        Node node = record(op, edges, operands, outputs, wanted, live, activation);
        List<Value> values = new ArrayList<>(outputs.values().size());
        for (int o = 0; o < outputs.values().size(); o++) {
            values.add(new Value(outputs.values().get(o), node, o));
        }
        return values;
    }

    /** Whether the operands' numbers may be left pending: no one keeps them, nor the result, in this node. */
    private boolean joins(boolean live, Value... operands) {
        if (!fuses || retain == Retain.SPEED || !live && retain != Retain.NOTHING) {
            return false;
        }
        for (Value operand : operands) {
            if (retain.isCheckpoint() && operand.pending() != null && crosses(operand.node())) {
                return false;
            }
        }
        return true;
    }

    private boolean keepsInput(Op op, boolean[] wanted) {
        return retain == Retain.GRADIENT && op.keeps(wanted).operands().contains(0);
    }

    private Outputs forward(Op op, boolean joins, Value... operands) {
        Tensor activated = joins ? Pending.activated(op, operands) : null;
        if (activated != null) {
            return Outputs.of(activated);
        }
        List<Tensor> tensors = new ArrayList<>(operands.length);
        for (Value operand : operands) {
            tensors.add(operand.numbers());
        }
        try {
            return op.forward(kernels, tensors);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new OpException(op.name(), scope, e);
        }
    }

    private Node record(Op op, List<Node.Edge> edges, Value[] operands, Pending pending, boolean[] wanted,
            boolean activation) {
        if (retain == Retain.NOTHING) {
            return new Node(this, nextId++, op, scope, List.of(), pending.shape(), new Tensor[0], false, activation);
        }
        Keeps keeps = op.keeps(wanted);
        Tensor[] keptOperands = keptOperands(keeps, wanted, operands);
        countArgNode(op, keeps);
        return new Node(this, nextId++, op, scope, List.copyOf(edges), pending.shape(), keptOperands, true, activation);
    }

    private Node record(Op op, List<Node.Edge> edges, Value[] operands, Outputs outputs, boolean[] wanted,
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
        Keeps keeps = op.keeps(wanted);
        Tensor[] keptOperands = keptOperands(keeps, wanted, operands);
        Outputs recorded = outputs;
        if (!retain.isCheckpoint()) {
            for (int o = 0; o < keptOutputs.length; o++) {
                if (retain == Retain.SPEED || keeps.outputs()) {
                    keptOutputs[o] = outputs.values().get(o);
                }
            }
        } else if (!op.fixesReplay()) {
            recorded = new Outputs(outputs.values(), null);
        }
        countArgNode(op, keeps);
        return new Node(this, nextId++, op, scope, List.copyOf(edges), recorded, keptOperands, keptOutputs, true,
                activation);
    }

    private Tensor[] keptOperands(Keeps keeps, boolean[] wanted, Value... operands) {
        Tensor[] kept = new Tensor[operands.length];
        for (int i = 0; i < kept.length; i++) {
            Node node = operands[i].node();
            // A whole number of a live node (a position that data decided) has no place in the live graph: it is kept.
            boolean lost = !wanted[i] && node.isLive();
            boolean crossing = retain.isCheckpoint() && crosses(node);
            boolean read = !retain.isCheckpoint() && keeps.operands().contains(i);
            if (lost || crossing || read || retain == Retain.SPEED) {
                kept[i] = operands[i].numbers();
            }
        }
        return kept;
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
