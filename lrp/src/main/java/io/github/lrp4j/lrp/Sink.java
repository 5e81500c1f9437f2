package io.github.lrp4j.lrp;

/** Where relevance ends other than in an operand. */
public enum Sink {
    /** Absorbed by a constant term of a rule: a bias inside a denominator, the constant of a linearisation. */
    BIAS("absorbed bias"),
    /** Taken by the stabiliser of a denominator, with the rounding of that division. */
    STABILIZER("stabiliser"),
    /** Rounding of a rule that conserves exactly and has no stabiliser. */
    ROUNDING("rounding"),
    /** Arrived at cells that the op filled with a constant: masked, padded or dropped-out ones. */
    MASKED("masked"),
    /** Dropped by the rule on purpose: the other half of attention, outputs that are exactly zero. */
    DROPPED("dropped by rule"),
    /** Removed by a relevance filter. */
    FILTERED("filtered"),
    /** The share of an operand outside of the live graph, which depends on no input and no parameter. */
    DEAD_LEAF("dead leaves"),
    /**
     * Left out because it leads to no wanted target: the share of the operands that were not computed, together with what
     * the rule lost at that node.
     */
    PRUNED("pruned"),
    /** Handed to more operands than there was relevance for (negative: created). */
    CREATED("created"),
    /** The rule is no decomposition (a gradient); its differences mean nothing. */
    NOT_CONSERVED("not conserved");

    private final String label;

    Sink(String label) {
        this.label = label;
    }

    /** Its name for tables and pictures. */
    public String label() {
        return label;
    }
}
