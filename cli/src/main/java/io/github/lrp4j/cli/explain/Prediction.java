package io.github.lrp4j.cli.explain;

import io.github.lrp4j.cli.model.LoadedModel;
import io.github.lrp4j.tensor.Tensor;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a network says of one class.
 *
 * @param index number of the class
 * @param label its name
 * @param logit the network's output
 * @param probability softmax of the logits
 */
record Prediction(int index, String label, double logit, double probability) {
    /** All classes, the most likely first; the first of equals. */
    static List<Prediction> ranked(LoadedModel model, Tensor logits) {
        double[] values = logits.toDoubleArray();
        double largest = Arrays.stream(values).max().orElse(0);
        double total = Arrays.stream(values).map(v -> Math.exp(v - largest)).sum();
        return IntStream.range(0, values.length)
                .mapToObj(c -> new Prediction(c, model.label(c), values[c], Math.exp(values[c] - largest) / total))
                .sorted(Comparator.comparingDouble(Prediction::logit).reversed()).toList();
    }
}
