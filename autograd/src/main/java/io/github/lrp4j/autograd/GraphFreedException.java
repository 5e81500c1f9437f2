package io.github.lrp4j.autograd;

/** What a node kept was given back by {@link Graph#free()}, and a later pass needs it. */
public final class GraphFreedException extends GraphException {
    private static final long serialVersionUID = 1L;

    GraphFreedException(Node node) {
        super(node, "what this node kept was freed",
                "run the forward pass again, or call Graph.free() after the last gradient or explanation", null);
    }
}
