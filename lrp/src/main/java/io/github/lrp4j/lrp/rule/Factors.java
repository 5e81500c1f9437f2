package io.github.lrp4j.lrp.rule;

/** Which factors of a bilinear op take its relevance. */
public enum Factors {
    /** The activation takes all of it, a weight none; two activations take half each (AttnLRP, arXiv 2402.05602, eq. 15). */
    ACTIVATIONS,
    /** Two live factors take half each, be they activations or weights: the weight's half ends there (AttnLRP as published with DynamicLRP). */
    HALVES,
    /** Every live factor takes a full copy, as the published DynamicLRP does: the weight's copy is created relevance. */
    COPIES
}
