package io.github.lrp4j.lrp;

import io.github.lrp4j.tensor.Tensor;

/**
 * How relevance passes through one op: {@code R_out -> R_in}, one share per operand.
 *
 * <p>A rule is a record: its components are its constants, and two equal records are the same rule. It says which values
 * it reads; whether those were kept, or must be recovered through a Promise, is not its business.
 */
public interface Rule {
    /** The values that this rule reads at this site. */
    Needs needs(Site site);

    /**
     * Relevance of the operands.
     *
     * @return per operand, of that operand's shape; null where {@link Site#receives} is false, and where nothing flows
     */
    Tensor[] propagate(RuleCall call);

    /**
     * Where the difference between incoming and outgoing relevance goes that the rule has not {@linkplain RuleCall#book
     * booked}; see {@link ConservationLedger}.
     */
    default Sink remainder() {
        return Sink.STABILIZER;
    }

    /** The same where it depends on the site: an adjoint conserves at a slice and loses masked cells at a masked fill. */
    default Sink remainder(Site site) {
        return remainder();
    }

    /** Name and constants, for tables and reports. */
    default String describe() {
        return toString();
    }
}
