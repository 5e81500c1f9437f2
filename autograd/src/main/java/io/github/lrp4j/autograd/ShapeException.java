package io.github.lrp4j.autograd;

import io.github.lrp4j.tensor.Shape;

/**
 * A sweep met a tensor of another shape than the value that it belongs to: a seed that does not fit its output, or a rule
 * or a custom op's adjoint that returned a wrong shape.
 */
public final class ShapeException extends GraphException {
    private static final long serialVersionUID = 1L;

    /**
     * @param node where
     * @param what what the tensor belongs to: {@code seed of output 0}, {@code operand 1}
     * @param wanted the value's shape
     * @param got the tensor's shape
     * @param remedy what the caller can do
     */
    public ShapeException(Node node, String what, Shape wanted, Shape got, String remedy) {
        super(node, what + ": shapes differ, wanted " + wanted + ", got " + got, remedy, null);
    }

    ShapeException(Node node, int wanted, int got) {
        super(node, "passed on " + got + " tensors to " + wanted + " operands",
                "return at most one tensor per operand, null where nothing flows", null);
    }
}
