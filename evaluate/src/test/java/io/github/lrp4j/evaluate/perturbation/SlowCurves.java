package io.github.lrp4j.evaluate.perturbation;

import io.github.lrp4j.evaluate.Classifier;
import io.github.lrp4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The protocol once more, written differently and slowly: at every step the units so far are chosen anew, by counting
 * how many others come before each of them, and the picture is built from nothing.
 */
final class SlowCurves {
    private final Classifier classifier;
    private final Perturbation protocol;

    SlowCurves(Classifier classifier, Perturbation protocol) {
        this.classifier = classifier;
        this.protocol = protocol;
    }

    /** The logits after each step. */
    List<double[]> logits(Tensor picture, Tensor replacement, Tensor relevance, Order order) {
        List<double[]> all = new ArrayList<>();
        for (int k = 0; k <= protocol.steps(); k++) {
            Set<String> gone = gone(relevance, order, k * protocol.perStep());
            int height = picture.size(1);
            int width = picture.size(2);
            double[] cells = new double[picture.shape().arrayLength()];
            for (int i = 0; i < cells.length; i++) {
                int row = i / width % height;
                int column = i % width;
                Tensor from = gone.contains(unit(row, column)) ? replacement : picture;
                cells[i] = from.at(i / width / height, row, column);
            }
            all.add(classifier.logits(Tensor.of(cells, picture.unsqueeze(0).shape())).toDoubleArray());
        }
        return all;
    }

    private String unit(int row, int column) {
        return row / protocol.units().patch() + " " + column / protocol.units().patch();
    }

    /** The first units of the order. */
    private Set<String> gone(Tensor relevance, Order order, int count) {
        List<String> units = new ArrayList<>();
        List<Double> scores = new ArrayList<>();
        for (int row = 0; row < relevance.size(1); row++) {
            for (int column = 0; column < relevance.size(2); column++) {
                double pixel = 0;
                for (int channel = 0; channel < relevance.size(0); channel++) {
                    pixel += relevance.at(channel, row, column);
                }
                pixel = protocol.absolute() ? Math.abs(pixel) : pixel;
                int at = units.indexOf(unit(row, column));
                if (at < 0) {
                    units.add(unit(row, column));
                    scores.add(pixel);
                } else {
                    scores.set(at, protocol.units().pooling() == Units.Pooling.MAX
                            ? Math.max(scores.get(at), pixel)
                            : scores.get(at) + pixel);
                }
            }
        }
        Set<String> first = new HashSet<>();
        for (int u = 0; u < units.size(); u++) {
            int before = 0;
            for (int other = 0; other < units.size(); other++) {
                double difference = scores.get(other) - scores.get(u);
                boolean ahead = order == Order.MORF ? difference > 0 : difference < 0;
                before += ahead || (difference == 0 && other < u) ? 1 : 0;
            }
            if (before < count) {
                first.add(units.get(u));
            }
        }
        return first;
    }
}
