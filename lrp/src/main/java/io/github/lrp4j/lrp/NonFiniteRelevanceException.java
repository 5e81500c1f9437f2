package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.GraphException;
import io.github.lrp4j.autograd.Node;

/**
 * NaN or an infinity appeared in the relevance; names the node where it appeared first, in the order of the sweep, and
 * what made it. {@link Lrp#allowingNonFinite} lets such relevance pass.
 */
public final class NonFiniteRelevanceException extends GraphException {
    private static final long serialVersionUID = 1L;

    /** What made it. */
    public enum Cause {
        /** The start relevance held it. */
        SEED,
        /** An activation that the rule read is not finite itself. */
        ACTIVATION,
        /** The rule's own arithmetic, a division or an overflow: everything that it read is finite. */
        RULE,
        /** The contributions of several consumers are finite, their sum is not. */
        SUM
    }

    private final Cause reason;

    NonFiniteRelevanceException(Node node, Cause reason, String problem, String remedy) {
        super(node, problem, remedy + ", or look at it with Lrp.allowingNonFinite()", null);
        this.reason = reason;
    }

    /** What made it. */
    public Cause reason() {
        return reason;
    }
}
