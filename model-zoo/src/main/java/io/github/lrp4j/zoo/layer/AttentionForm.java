package io.github.lrp4j.zoo.layer;

/** How attention is recorded. The numbers are the same; what rules see is not. */
public enum AttentionForm {
    /** As one op, whose rules decide about queries and keys. */
    FUSED,
    /** As two matrix products and a softmax, each a node of its own. */
    EXPLICIT
}
