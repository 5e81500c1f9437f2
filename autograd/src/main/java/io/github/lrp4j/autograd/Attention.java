package io.github.lrp4j.autograd;

/**
 * Fused scaled dot-product attention of operands q, k, v (and an optional mask).
 *
 * <p>Keeps q, k, v. Relevance follows the value path by default.
 */
public non-sealed interface Attention extends Op {
}
