package io.github.lrp4j.zoo.layer;

/** How a module that could be one op is recorded. The numbers are the same; what rules see is not. */
public enum Form {
    /** As one op, whose rule decides about all of it. */
    FUSED,
    /** Written out in products, sums and functions, each a node of its own. */
    EXPLICIT
}
