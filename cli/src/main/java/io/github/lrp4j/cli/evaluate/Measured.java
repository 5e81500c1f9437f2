package io.github.lrp4j.cli.evaluate;

/**
 * One number of a table: a measure of one method.
 *
 * @param method what explained
 * @param score what was read off the model; empty where a measure needs none
 * @param measure what is measured
 * @param mean over the inputs
 * @param error standard error of the mean
 * @param low lower end of the confidence interval
 * @param high upper end
 * @param count how many inputs
 */
record Measured(String method, String score, String measure, double mean, double error, double low, double high,
        int count) {
    /** {@code abpc (probability)}. */
    String column() {
        return score.isEmpty() ? measure : measure + " (" + score + ")";
    }
}
