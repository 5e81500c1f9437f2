package io.github.lrp4j.explain;

import io.github.lrp4j.lrp.ConservationLedger;
import io.github.lrp4j.lrp.Relevance;
import io.github.lrp4j.lrp.RelevancePlan;
import java.util.Map;
import java.util.Optional;

/** What the explanations of a run gave together, besides relevance of tokens. */
final class RunBooks {
    private ConservationLedger first;
    private Conservation totals = new Conservation(0, 0, 0, 0, Map.of(), 0);
    private RelevancePlan plan;
    private Optional<String> warning = Optional.empty();

    /**
     * Adds an explanation.
     *
     * @param words what reached the words
     */
    void add(Relevance relevance, double words) {
        totals = totals.plus(Conservation.ofText(relevance.ledger(), words));
        first = first == null ? relevance.ledger() : first;
        plan = relevance.plan();
    }

    /** Keeps the first warning. */
    void warn(Optional<String> next) {
        warning = warning.or(() -> next);
    }

    /** The sum of all books. */
    Conservation totals() {
        return totals;
    }

    /** The ledger of the first explanation, if there was one. */
    Optional<ConservationLedger> first() {
        return Optional.ofNullable(first);
    }

    /** The plan, if anything was explained. */
    Optional<RelevancePlan> plan() {
        return Optional.ofNullable(plan);
    }

    /** Where relevance first stopped being finite, if it did. */
    Optional<String> warning() {
        return warning;
    }
}
