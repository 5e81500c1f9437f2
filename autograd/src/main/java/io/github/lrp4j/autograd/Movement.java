package io.github.lrp4j.autograd;

/**
 * Every output is one operand cell, or an average of cells, at positions and weights that shapes alone decide: View,
 * Permute, Slice, Expand, Pad, Cat, Split, average pooling, interpolation.
 *
 * <p>Keeps shapes only. The adjoint conserves, so relevance flows as the gradient does. Carries closures for Promises.
 */
public non-sealed interface Movement extends Op {
    /**
     * Whether some outputs may hold constants instead of operand cells: padding. What the adjoint
     * receives at those is passed to no operand.
     */
    default boolean fills() {
        return false;
    }

    @Override
    default Keeps keeps(boolean[] wanted) {
        return Keeps.NOTHING;
    }
}
