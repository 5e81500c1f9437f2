package io.github.lrp4j.autograd;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.List;

/**
 * What {@link Op#vjp} may read of the application that it differentiates.
 *
 * <p>The gradient reads what a node kept; relevance propagation may put other operands in its place (a sign-split
 * input, clamped weights), which is why this is not the node itself.
 */
public final class Saved {
    private final Kernels kernels;
    private final List<Shape> operandShapes;
    private final Tensor[] operands;
    private final Tensor[] outputs;
    private final List<Tensor> extras;

    /**
     * @param operandShapes shape of each operand
     * @param operands per operand its value, null where absent
     * @param outputs per output its value, null where absent
     * @param extras the extras of the forward application
     */
    public Saved(Kernels kernels, List<Shape> operandShapes, Tensor[] operands, Tensor[] outputs, List<Tensor> extras) {
        this.kernels = kernels;
        this.operandShapes = operandShapes;
        this.operands = operands;
        this.outputs = outputs;
        this.extras = extras;
    }

    /** Where to compute. */
    public Kernels kernels() {
        return kernels;
    }

    /** Shape of operand {@code i}: always known. */
    public Shape operandShape(int i) {
        return operandShapes.get(i);
    }

    /** Number of operands. */
    public int operandCount() {
        return operandShapes.size();
    }

    /** Value of operand {@code i}; the op must have asked for it in {@link Op#keeps}. */
    public Tensor operand(int i) {
        return require(operands[i], "operand", i);
    }

    /** Value of output {@code o}; the op must have asked for it in {@link Op#keeps}. */
    public Tensor output(int o) {
        return require(outputs[o], "output", o);
    }

    /** All outputs. */
    public Tensor[] outputs() {
        return outputs.clone();
    }

    /** Extra {@code e} of the forward application. */
    public Tensor extra(int e) {
        return extras.get(e);
    }

    /**
     * The application as an op sees it that treats the lanes as one more dimension, the first: shapes begin with it, extras
     * are as they were, values are absent.
     */
    public Saved lanes(int lanes) {
        return new Saved(kernels, operandShapes.stream().map(shape -> Lanes.shape(lanes, shape)).toList(),
                new Tensor[operands.length], new Tensor[outputs.length], extras);
    }

    /** The same with other extras. */
    public Saved with(List<Tensor> others) {
        return new Saved(kernels, operandShapes, operands, outputs, others);
    }

    private static Tensor require(Tensor tensor, String what, int index) {
        if (tensor == null) {
            throw new IllegalStateException(what + " " + index + " was not kept");
        }
        return tensor;
    }
}
