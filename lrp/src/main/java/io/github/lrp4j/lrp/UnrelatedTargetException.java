package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.GraphException;
import io.github.lrp4j.autograd.Node;

/** Relevance was asked for a value that no explained output depends on. */
public final class UnrelatedTargetException extends GraphException {
    private static final long serialVersionUID = 1L;

    UnrelatedTargetException(Node node) {
        super(node, "no explained output depends on this value",
                node.isLive()
                        ? "ask for a value that the output was computed from, on the same tape"
                        : "it depends on no parameter or input either: record it with Tape.input to follow relevance to it",
                null);
    }
}
