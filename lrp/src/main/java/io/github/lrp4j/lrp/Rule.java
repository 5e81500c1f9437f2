package io.github.lrp4j.lrp;

import io.github.lrp4j.tensor.Tensor;
import java.util.Optional;

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
     * @return per operand, of that operand's shape; null where nothing flows. What is returned for an operand that
     *     {@linkplain RuleCall#wants nobody wants} is ignored, so it need not be computed
     */
    Tensor[] propagate(RuleCall call);

    /**
     * Whether operand {@code i} can get relevance from this rule at this site: false for a weight that takes none. What
     * lies behind such an operand alone is never visited. Asked only where there is no {@link #objection}, as is
     * {@link #needs}.
     */
    default boolean gives(Site site, int i) {
        return site.receives(i);
    }

    /**
     * Why this rule cannot be applied at this site, or empty if it can. Asked before any number is touched; the reason
     * completes "the rule ...": {@code "is for linear ops"}.
     */
    default Optional<String> objection(Site site) {
        return Optional.empty();
    }

    /**
     * Whether {@link #propagate} understands relevance with a leading dimension of lanes, one per explanation
     * ({@link RuleCall#lanes}): it works on all of them at once then, and recovers and splits values once. Every rule whose
     * arithmetic on relevance broadcasts, and which sums, reduces, goes back and books through the call, does. If not, it
     * is asked lane by lane.
     */
    default boolean takesLanes() {
        return false;
    }

    /**
     * Whether output cells that no relevance reached have no influence: neither their values nor, of a sum cell by cell, what
     * the operands hold there. True for rules that divide relevance by outputs cell by cell; such cells may then hold any
     * finite number, which saves to compute what a ReLU has cut off.
     */
    default boolean ignoresIdleCells(Site site) {
        return false;
    }

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
