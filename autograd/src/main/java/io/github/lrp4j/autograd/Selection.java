package io.github.lrp4j.autograd;

/**
 * Every output is one operand cell at a position that data decided: MaxPool, Max, Gather, Embedding, Where, MaskedFill,
 * Dropout with its mask.
 *
 * <p>Keeps indices or masks as extras. Relevance follows the adjoint; replays read the recorded positions.
 */
public non-sealed interface Selection extends Op {
}
