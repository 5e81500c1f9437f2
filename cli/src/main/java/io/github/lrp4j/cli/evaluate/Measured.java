package io.github.lrp4j.cli.evaluate;

import io.github.lrp4j.evaluate.perturbation.Estimate;

/**
 * One number of a table: a measure of one method.
 *
 * @param method what explained
 * @param score what was read off the model; empty where a measure needs none
 * @param measure what is measured
 * @param estimate over the inputs
 */
record Measured(String method, String score, String measure, Estimate estimate) {
    /** A measure that needs no score. */
    Measured(String method, String measure, Estimate estimate) {
        this(method, "", measure, estimate);
    }

    double mean() {
        return estimate.mean();
    }

    /** {@code abpc (probability)}. */
    String column() {
        return score.isEmpty() ? measure : measure + " (" + score + ")";
    }
}
