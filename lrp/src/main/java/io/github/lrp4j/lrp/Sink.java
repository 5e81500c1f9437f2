package io.github.lrp4j.lrp;

/** Where relevance ends other than in an operand. */
public enum Sink {
    /** Absorbed by a bias inside a rule's denominator. */
    BIAS,
    /** Taken by the stabiliser of a denominator, and rounding. */
    STABILIZER,
    /** Dropped by the rule on purpose: masked cells, the other half of attention. */
    DROPPED,
    /** Handed to more operands than there was relevance for (negative: created). */
    CREATED,
    /**
     * Left out because it leads to no wanted target: the share of the operands that were not computed, together with what
     * the rule lost at that node.
     */
    PRUNED,
    /** The rule is no decomposition (a gradient); its differences mean nothing. */
    NOT_CONSERVED
}
