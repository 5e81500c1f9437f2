package io.github.lrp4j.evaluate.perturbation;

import io.github.lrp4j.evaluate.Batch;
import io.github.lrp4j.evaluate.Classifier;
import io.github.lrp4j.evaluate.baseline.Baseline;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * {@code x_k = x with the first k n units of an order replaced}, and the score of each {@code x_k}: a protocol of MoRF
 * and LeRF curves for pictures {@code [N, C, H, W]}.
 *
 * <p>The relevance of a pixel is that of its channels together. The perturbed pictures of one picture are computed
 * together, up to {@code batch} at a time, so that numbers do not depend on which pictures are measured side by side.
 *
 * @param units what is replaced as a whole
 * @param perStep how many units a step replaces
 * @param steps how many steps there are; the last ones replace nothing if there are no more units
 * @param baseline what units are replaced by
 * @param absolute whether the order is that of {@code |R|} rather than of R
 * @param batch how many perturbed pictures are computed together
 */
public record Perturbation(Units units, int perStep, int steps, Baseline baseline, boolean absolute, int batch) {
    /** Checks. */
    public Perturbation {
        if (perStep < 1 || steps < 1 || batch < 1) {
            throw new IllegalArgumentException("perturbation: " + perStep + " units per step, " + steps
                    + " steps and batches of " + batch + " must be positive");
        }
    }

    /** In signed order, 64 perturbed pictures at a time. */
    public Perturbation(Units units, int perStep, int steps, Baseline baseline) {
        this(units, perStep, steps, baseline, false, 64);
    }

    /** The same in the order of {@code |R|}. */
    public Perturbation inAbsoluteOrder() {
        return new Perturbation(units, perStep, steps, baseline, true, batch);
    }

    /** The same with another number of perturbed pictures at a time. */
    public Perturbation withBatch(int pictures) {
        return new Perturbation(units, perStep, steps, baseline, absolute, pictures);
    }

    /**
     * The curves of every picture.
     *
     * @param pictures the pictures
     * @param relevance of them, {@code [N, C, H, W]} or {@code [N, 1, H, W]}
     * @param labels the right class of each, or nothing where labels are not known
     */
    public List<PictureCurves> curves(Batch pictures, Tensor relevance, int... labels) {
        Shape shape = pictures.inputs().shape();
        Shape given = relevance.shape();
        if (shape.rank() != 4 || given.rank() != 4 || given.size(0) != shape.size(0)
                || !given.toList().subList(2, 4).equals(shape.toList().subList(2, 4))) {
            throw new IllegalArgumentException("perturbation: pictures " + shape + " and relevance " + given
                    + " must be [N, C, H, W] with one N, H and W");
        }
        if (labels.length != 0 && labels.length != pictures.size()) {
            throw new IllegalArgumentException("perturbation: " + labels.length + " labels of " + pictures.size()
                    + " pictures; give one for each, or none");
        }
        Tensor replacements = baseline.of(pictures);
        List<PictureCurves> all = new ArrayList<>();
        for (int n = 0; n < pictures.size(); n++) {
            double[] scores = units.scores(pixels(relevance.select(0, n)), shape.size(2), shape.size(3));
            int label = labels.length == 0 ? -1 : labels[n];
            Sequence sequence = new Sequence(this, pictures.inputs().select(0, n), replacements.select(0, n));
            all.add(curves(pictures, n, label, sequence, scores));
        }
        return all;
    }

    private PictureCurves curves(Batch pictures, int n, int label, Sequence sequence, double[] scores) {
        Map<Order, Map<Score, List<Double>>> curves = new EnumMap<>(Order.class);
        int target = pictures.targets()[n];
        for (Order order : Order.values()) {
            Map<Score, List<Double>> each = new EnumMap<>(Score.class);
            List<double[]> logits = logits(pictures.classifier(), sequence.inOrder(order.of(scores)));
            for (Score score : Score.values()) {
                if (score != Score.ACCURACY || label >= 0) {
                    each.put(score, logits.stream().map(of -> score.of(of, target, label)).toList());
                }
            }
            curves.put(order, each);
        }
        return new PictureCurves(pictures.keys()[n], target, label, curves);
    }

    private static List<double[]> logits(Classifier classifier, List<Tensor> batches) {
        List<double[]> all = new ArrayList<>();
        for (Tensor batch : batches) {
            Tensor logits = classifier.logits(batch);
            for (int k = 0; k < batch.size(0); k++) {
                all.add(logits.select(0, k).toDoubleArray());
            }
        }
        return all;
    }

    /** Channels together. */
    private double[] pixels(Tensor relevance) {
        int channels = relevance.size(0);
        double[] cells = relevance.to(DType.F64).toDoubleArray();
        double[] pixels = new double[cells.length / channels];
        for (int i = 0; i < cells.length; i++) {
            pixels[i % pixels.length] += cells[i];
        }
        if (absolute) {
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] = Math.abs(pixels[i]);
            }
        }
        return pixels;
    }
}
