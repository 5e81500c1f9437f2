package io.github.lrp4j.autograd;

import io.github.lrp4j.autograd.op.Add;
import io.github.lrp4j.autograd.op.Elementwise;
import io.github.lrp4j.autograd.op.MatMul;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.UnaryFn;

/**
 * What user code holds: a tensor and the node that produced it.
 *
 * <p>Immutable; there are no in-place operations. Dropping a value frees its tensor unless a node kept it. The methods
 * apply ops and record them on the value's tape.
 */
public final class Value {
    private final Tensor tensor;
    private final Node node;
    private final int output;

    Value(Tensor tensor, Node node, int output) {
        this.tensor = tensor;
        this.node = node;
        this.output = output;
    }

    /** The numbers. */
    public Tensor tensor() {
        return tensor;
    }

    /** Sizes. */
    public Shape shape() {
        return tensor.shape();
    }

    /** The node that produced this value. */
    public Node node() {
        return node;
    }

    /** Which of the node's outputs this is. */
    public int output() {
        return output;
    }

    /** The tape that records what is done with this value. */
    public Tape tape() {
        return node.tape();
    }

    private Value apply(Op op, Value... others) {
        Value[] operands = new Value[others.length + 1];
        operands[0] = this;
        System.arraycopy(others, 0, operands, 1, others.length);
        return tape().apply(op, operands);
    }

    /** {@code this + other}, broadcasting. */
    public Value add(Value other) {
        return apply(new Add(1), other);
    }

    /** Matrix product over the last two dimensions; leading dimensions broadcast. */
    public Value matmul(Value other) {
        return apply(new MatMul(), other);
    }

    /** {@code max(this, 0)}. */
    public Value relu() {
        return apply(new Elementwise(UnaryFn.of(UnaryFn.Kind.RELU)));
    }
}
