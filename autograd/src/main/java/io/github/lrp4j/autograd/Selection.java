package io.github.lrp4j.autograd;

/**
 * Every output is one operand cell at a position that data decided: MaxPool, Max, Gather, Embedding, Where, MaskedFill,
 * Dropout with its mask.
 *
 * <p>Keeps indices or masks as extras. Relevance follows the adjoint; replays read the recorded positions.
 */
public non-sealed interface Selection extends Op {
    /**
     * Whether some outputs may hold constants instead of operand cells: masked cells, dropped ones. What the adjoint
     * receives at those is passed to no operand.
     */
    default boolean fills() {
        return false;
    }
}
