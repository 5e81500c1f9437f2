package io.github.lrp4j.lrp;

import io.github.lrp4j.autograd.Value;

/**
 * A root of an explanation: an output and the relevance that starts there.
 *
 * <pre>{@code
 * lrp.explain(Start.at(startLogits, Seed.target(17)), Start.at(endLogits, Seed.target(19)));
 * }</pre>
 *
 * @param output what to explain
 * @param seed where relevance starts in it
 */
public record Start(Value output, Seed seed) {
    /** Relevance starts at {@code output} as {@code seed} says. */
    public static Start at(Value output, Seed seed) {
        return new Start(output, seed);
    }
}
