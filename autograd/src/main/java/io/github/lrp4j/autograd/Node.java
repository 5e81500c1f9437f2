package io.github.lrp4j.autograd;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * One application of an op: where its operands came from, what it kept, and where in the model it happened.
 *
 * <p>Immutable, but for {@link Graph#free()}, which gives back what it kept. Ids grow in the order of recording, which is
 * a topological order.
 */
public final class Node {
    /**
     * Where an operand came from.
     *
     * @param node the node that computed it
     * @param output which of its outputs
     */
    public record Edge(Node node, int output) {
        /** Shape of the operand. */
        public Shape shape() {
            return node.outputShape(output);
        }
    }

    /** What a node holds on to besides its structure. */
    private static final class Kept {
        final Tensor[] operands;
        final Tensor[] outputs;
        final List<Tensor> extras;

        Kept(Tensor[] operands, Tensor[] outputs, List<Tensor> extras) {
            this.operands = operands;
            this.outputs = outputs;
            this.extras = extras;
            // Whoever explains the graph reads this, for as long as there is the graph.
            forEach(Tensor::hold);
        }

        void free(Kernels kernels) {
            forEach(tensor -> {
                if (tensor.letGo()) {
                    kernels.release(tensor);
                }
            });
        }

        private void forEach(Consumer<Tensor> action) {
            forEach(Arrays.asList(operands), action);
            forEach(Arrays.asList(outputs), action);
            forEach(extras == null ? List.of() : extras, action);
        }

        private static void forEach(List<Tensor> tensors, Consumer<Tensor> action) {
            for (Tensor tensor : tensors) {
                if (tensor != null) {
                    action.accept(tensor);
                }
            }
        }
    }

    private final Tape tape;
    private final int id;
    private final Op op;
    private final String scope;
    private final List<Edge> operands;
    private final Shape[] outputShapes;
    private final DType[] dtypes;
    private final boolean live;
    private final boolean activation;
    /** Null once freed; volatile, since explanations of one graph may run on several threads. */
    private volatile Kept kept;

    private Node(Tape tape, int id, Op op, String scope, List<Edge> operands, Shape[] outputShapes, DType[] dtypes,
            Kept kept, boolean live, boolean activation) {
        this.tape = tape;
        this.id = id;
        this.op = op;
        this.scope = scope;
        this.operands = operands;
        this.outputShapes = outputShapes;
        this.dtypes = dtypes;
        this.kept = kept;
        this.live = live;
        this.activation = activation;
    }

    Node(Tape tape, int id, Op op, String scope, List<Edge> operands, Outputs outputs, Tensor[] keptOperands,
            Tensor[] keptOutputs, boolean live, boolean activation) {
        this(tape, id, op, scope, operands, outputs.values().stream().map(Tensor::shape).toArray(Shape[]::new),
                outputs.values().stream().map(Tensor::dtype).toArray(DType[]::new),
                new Kept(keptOperands, keptOutputs, outputs.extras()), live, activation);
    }

    /** A node with one float32 output that it does not keep, of shape {@code output}. */
    Node(Tape tape, int id, Op op, String scope, List<Edge> operands, Shape output, Tensor[] keptOperands, boolean live,
            boolean activation) {
        this(tape, id, op, scope, operands, new Shape[] {output}, new DType[] {DType.F32},
                new Kept(keptOperands, new Tensor[1], List.of()), live, activation);
    }

    /** The tape that recorded this node. */
    public Tape tape() {
        return tape;
    }

    /** Position in the order of recording. */
    public int id() {
        return id;
    }

    /** What was applied. */
    public Op op() {
        return op;
    }

    /** Module path, such as {@code features.3}; empty at the top. */
    public String scope() {
        return scope;
    }

    /** Where the operands came from, in order; empty for leaves and under {@link Retain#NOTHING}. */
    public List<Edge> operands() {
        return operands;
    }

    /** Shape of output {@code o}. */
    public Shape outputShape(int o) {
        return outputShapes[o];
    }

    /** Number of outputs. */
    public int outputCount() {
        return outputShapes.length;
    }

    /** Type of output {@code o}. */
    public DType dtype(int o) {
        return dtypes[o];
    }

    /**
     * The value of operand {@code i} if this node kept it, else null.
     *
     * @throws GraphFreedException if the node was freed, as for everything that it kept
     */
    public Tensor keptOperand(int i) {
        return kept().operands[i];
    }

    /** The value of output {@code o} if this node kept it (leaves always do), else null. */
    public Tensor keptOutput(int o) {
        return kept().outputs[o];
    }

    /**
     * Indices, masks and statistics that the forward application left; null if {@link Retain#checkpoint} leaves them to be
     * computed again.
     */
    public List<Tensor> keptExtras() {
        return kept().extras;
    }

    private Kept kept() {
        Kept present = kept;
        if (present == null) {
            throw new GraphFreedException(this);
        }
        return present;
    }

    /** Whether what this node kept was given back. */
    public boolean isFreed() {
        return kept == null;
    }

    /** Gives back what this node kept; a leaf's value is its owner's and stays. */
    void free() {
        Kept present;
        synchronized (this) {
            present = kept;
            kept = op instanceof Leaf ? present : null;
        }
        if (present != null && kept == null) {
            present.free(tape.kernels());
        }
    }

    /** Whether the output depends, through floating values, on a parameter or an input. */
    public boolean isLive() {
        return live;
    }

    /** Whether the output depends on an input (token ids included), rather than on parameters and constants alone. */
    public boolean isActivation() {
        return activation;
    }

    /** The value of operand {@code i} if it is at hand, because this node or the operand's own node kept it, else null. */
    public Tensor operandAtHand(int i) {
        Tensor own = kept().operands[i];
        return own != null ? own : operands.get(i).node.kept().outputs[operands.get(i).output];
    }

    /** Whether operand {@code i} is live. */
    public boolean isLive(int i) {
        Edge operand = operands.get(i);
        return operand.node.live && operand.node.dtype(operand.output).isFloating();
    }

    /** What {@link Op#vjp} of this application may read, if all of it was kept; {@link RecordedValues#saved} otherwise. */
    public Saved saved() {
        Kept present = kept();
        return new Saved(tape.kernels(), operandShapes(), present.operands, present.outputs, present.extras);
    }

    /** Shapes of the operands. */
    public List<Shape> operandShapes() {
        Shape[] shapes = new Shape[operands.size()];
        for (int i = 0; i < shapes.length; i++) {
            shapes[i] = operands.get(i).shape();
        }
        return Arrays.asList(shapes);
    }

    /** {@code matmul at encoder.layer.3 #17}. */
    @Override
    public String toString() {
        return op.name() + (scope.isEmpty() ? "" : " at " + scope) + " #" + id;
    }
}
