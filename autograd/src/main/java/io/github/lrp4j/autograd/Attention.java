package io.github.lrp4j.autograd;

import io.github.lrp4j.tensor.kernels.AttentionSpec;

/**
 * {@code y = softmax(scale q k^T + mask) v} in one op. Operands: queries, keys, values, and perhaps a mask.
 *
 * <p>Keeps its operands and one statistic per query (extra 0, the logarithm of its sum of exponentials), never the scores.
 * Relevance by default takes the value path: the attention probabilities count as constants.
 */
public non-sealed interface Attention extends Op {
    /** Position of the queries {@code [..., L, E]}. */
    int QUERY = 0;
    /** Position of the keys {@code [..., S, E]}. */
    int KEY = 1;
    /** Position of the values {@code [..., S, Ev]}. */
    int VALUE = 2;
    /** Position of the mask, BOOL or floating; there may be none. */
    int MASK = 3;

    /** Scale, causality, grouping. */
    AttentionSpec spec();

    @Override
    default boolean fixesReplay() {
        return false;
    }
}
