package io.github.lrp4j.explain;

import io.github.lrp4j.zoo.published.PublishedModel.Scores;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a model says of one class.
 *
 * @param index number of the class
 * @param label its name
 * @param logit the model's output
 * @param probability softmax of the logits, or sigmoid of this one where classes do not exclude each other; NaN where the
 *     output is a value of its own
 */
public record Prediction(int index, String label, double logit, double probability) {
    /** All classes, the most likely first; the first of equals. */
    static List<Prediction> ranked(List<String> labels, double[] logits, Scores scores) {
        double[] probabilities = switch (scores) {
            case SOFTMAX -> softmax(logits);
            case SIGMOID -> Arrays.stream(logits).map(v -> 1 / (1 + Math.exp(-v))).toArray();
            case VALUE -> Arrays.stream(logits).map(v -> Double.NaN).toArray();
        };
        return IntStream.range(0, logits.length)
                .mapToObj(c -> new Prediction(c, labels.get(c), logits[c], probabilities[c]))
                .sorted(Comparator.comparingDouble(Prediction::logit).reversed()).toList();
    }

    /** {@code e^y / sum e^y}. */
    static double[] softmax(double[] logits) {
        double largest = Arrays.stream(logits).max().orElse(0);
        double total = Arrays.stream(logits).map(v -> Math.exp(v - largest)).sum();
        return Arrays.stream(logits).map(v -> Math.exp(v - largest) / total).toArray();
    }
}
