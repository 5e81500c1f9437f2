package io.github.lrp4j.autograd;

import io.github.lrp4j.tensor.Shape;

/**
 * Every output is a sum of operand cells with fixed coefficients: Add, Sub, Sum, Mean, CumSum.
 *
 * <p>Keeps nothing, so relevance propagation, which shares in proportion to what each cell contributed, must get the
 * operands back: these ops originate Promises.
 */
public non-sealed interface Additive extends Op {
    /** The same op with every coefficient replaced by its absolute value, so that it sums magnitudes. */
    Additive absolute();

    /** Whether every output cell reads one cell of each operand, as in {@code a + b}; else cells of one operand add up too. */
    default boolean isElementwise() {
        return false;
    }

    /** Of an elementwise op: the shape under which operand {@code i} broadcasts against the output. */
    default Shape broadcastShape(int i, Shape operand, Shape output) {
        return operand;
    }

    @Override
    default Keeps keeps(boolean[] wanted) {
        return Keeps.NOTHING;
    }
}
