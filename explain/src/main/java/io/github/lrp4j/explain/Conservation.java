package io.github.lrp4j.explain;

import io.github.lrp4j.lrp.ConservationLedger;
import io.github.lrp4j.lrp.ConservationLedger.Ending.Kind;
import io.github.lrp4j.lrp.Sink;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where the relevance went, in totals: {@code seed = inputs + biases + weights + sinks}, up to {@code imbalance}.
 *
 * @param seed what started
 * @param inputs what reached the pixels, or the words
 * @param biases what ended at biases
 * @param weights what ended at other parameters
 * @param sinks what ended elsewhere, by kind, where it is not 0
 * @param imbalance what the books are off by, relative to the largest amount in them: rounding
 */
public record Conservation(double seed, double inputs, double biases, double weights, Map<String, Double> sinks,
        double imbalance) {
    /** The totals of a ledger. */
    public static Conservation of(ConservationLedger ledger) {
        return of(ledger, ledger.at(Kind.INPUT), ledger.at(Kind.WEIGHT) + ledger.at(Kind.EMBEDDING));
    }

    /**
     * The totals of the ledger of a text, whose inputs are the looked-up vectors of its words.
     *
     * @param words what reached them; the tables of positions and segments count as other parameters
     */
    static Conservation ofText(ConservationLedger ledger, double words) {
        return of(ledger, words,
                ledger.at(Kind.WEIGHT) + ledger.at(Kind.EMBEDDING) + ledger.at(Kind.TARGET) - words);
    }

    private static Conservation of(ConservationLedger ledger, double inputs, double weights) {
        Map<String, Double> sinks = new LinkedHashMap<>();
        for (Sink sink : Sink.values()) {
            if (ledger.at(sink) != 0) {
                sinks.put(sink.label(), ledger.at(sink));
            }
        }
        return new Conservation(ledger.seed(), inputs, ledger.at(Kind.BIAS), weights, sinks, ledger.imbalance());
    }

    /** The books of both together. */
    Conservation plus(Conservation other) {
        Map<String, Double> both = new LinkedHashMap<>(sinks);
        other.sinks.forEach((sink, amount) -> both.merge(sink, amount, Double::sum));
        return new Conservation(seed + other.seed, inputs + other.inputs, biases + other.biases,
                weights + other.weights, both, Math.max(imbalance, other.imbalance));
    }
}
