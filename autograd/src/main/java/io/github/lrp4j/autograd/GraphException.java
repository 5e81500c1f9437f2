package io.github.lrp4j.autograd;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A pass over a recorded graph cannot be right: which op, in which scope, on which shapes, what is wrong and what helps.
 *
 * <p>One subclass per kind of failure. The message is one line, {@code op at scope #id [operands -> outputs]: problem;
 * remedy}. A pass that fails leaves nothing half-done: the tape, the graph and whatever was compiled for it can be used
 * again.
 */
public abstract class GraphException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String op;
    private final String scope;
    private final String shapes;
    private final String remedy;

    /**
     * @param node where
     * @param problem what is wrong
     * @param remedy what the caller can do
     * @param cause what was thrown there, or null
     */
    protected GraphException(Node node, String problem, String remedy, Throwable cause) {
        super(node + " " + shapesOf(node) + ": " + problem + "; " + remedy, cause);
        this.op = node.op().name();
        this.scope = node.scope();
        this.shapes = shapesOf(node);
        this.remedy = remedy;
    }

    /** {@code [[2, 4], [4, 3] -> [2, 3]]}. */
    private static String shapesOf(Node node) {
        String operands = node.operandShapes().stream().map(Object::toString).collect(Collectors.joining(", "));
        String outputs = IntStream.range(0, node.outputCount()).mapToObj(o -> node.outputShape(o).toString())
                .collect(Collectors.joining(", "));
        return "[" + (operands.isEmpty() ? "" : operands + " -> ") + outputs + "]";
    }

    /** Name of the op. */
    public String op() {
        return op;
    }

    /** Module path; empty at the top. */
    public String scope() {
        return scope;
    }

    /** Shapes of operands and outputs, {@code [[2, 4], [4, 3] -> [2, 3]]}. */
    public String shapes() {
        return shapes;
    }

    /** What the caller can do. */
    public String remedy() {
        return remedy;
    }
}
