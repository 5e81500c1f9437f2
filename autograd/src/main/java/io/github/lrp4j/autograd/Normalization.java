package io.github.lrp4j.autograd;

/**
 * Divides by statistics of its input: LayerNorm, RmsNorm, BatchNorm, GroupNorm, Softmax. Operand 0 is the input, scale
 * and shift follow.
 *
 * <p>Keeps its input and the statistics, or its output. Relevance passes to operand 0 unchanged by default.
 */
public non-sealed interface Normalization extends Op {
    @Override
    default boolean fixesReplay() {
        return false;
    }
}
