package io.github.lrp4j.autograd;

/**
 * An op that a user defines outside of lrp4j. It declares its mathematics like any other; relevance propagation has no
 * default rule for it and asks for one to be bound.
 */
public non-sealed interface Custom extends Op {
}
