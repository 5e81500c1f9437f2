package io.github.lrp4j.autograd;

/**
 * Every output is a sum of operand cells with fixed coefficients: Add, Sub, Sum, Mean, CumSum.
 *
 * <p>Keeps nothing, so relevance propagation, which shares in proportion to what each cell contributed, must get the
 * operands back: these ops originate Promises.
 */
public non-sealed interface Additive extends Op {
    /** The same op with every coefficient replaced by its absolute value, so that it sums magnitudes. */
    Additive absolute();

    @Override
    default Keeps keeps(boolean[] wanted) {
        return Keeps.NOTHING;
    }
}
