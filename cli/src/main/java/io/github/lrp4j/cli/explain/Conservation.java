package io.github.lrp4j.cli.explain;

import io.github.lrp4j.lrp.ConservationLedger;
import io.github.lrp4j.lrp.ConservationLedger.Ending.Kind;
import io.github.lrp4j.lrp.Sink;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where the relevance went, in totals: {@code seed = inputs + biases + weights + sinks}, up to {@code imbalance}.
 *
 * @param seed what started
 * @param inputs what reached the pixels
 * @param biases what ended at biases
 * @param weights what ended at other parameters
 * @param sinks what ended elsewhere, by kind, where it is not 0
 * @param imbalance what the books are off by, relative to the largest amount in them: rounding
 */
record Conservation(double seed, double inputs, double biases, double weights, Map<String, Double> sinks,
        double imbalance) {
    static Conservation of(ConservationLedger ledger) {
        Map<String, Double> sinks = new LinkedHashMap<>();
        for (Sink sink : Sink.values()) {
            if (ledger.at(sink) != 0) {
                sinks.put(sink.label(), ledger.at(sink));
            }
        }
        return new Conservation(ledger.seed(), ledger.at(Kind.INPUT), ledger.at(Kind.BIAS),
                ledger.at(Kind.WEIGHT) + ledger.at(Kind.EMBEDDING), sinks, ledger.imbalance());
    }
}
