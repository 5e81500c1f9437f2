package io.github.lrp4j.autograd;

/**
 * {@code y = f(x)} elementwise with one operand: activations, Exp, Pow, Neg, Scale.
 *
 * <p>Keeps input or output or, where the derivative is constant, nothing. Relevance passes unchanged by default.
 */
public non-sealed interface Pointwise extends Op {
}
