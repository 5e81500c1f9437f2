package io.github.lrp4j.autograd;

/** Which activations a {@link Tape} keeps. The results of every later pass are the same. */
public enum Retain {
    /** Nothing at all: inference. Values carry no history. */
    NOTHING,
    /** Only what gradients need, the default; relevance propagation recovers the rest through Promises. */
    GRADIENT,
    /** Every operand and output: more memory, no recomputation and no Promises. */
    SPEED
}
