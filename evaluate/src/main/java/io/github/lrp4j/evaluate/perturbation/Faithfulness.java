package io.github.lrp4j.evaluate.perturbation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * The curves of many pictures together: means over pictures, in the order of their keys, so that the same pictures give
 * the same numbers bit by bit, in whatever order and by however many runs they were measured.
 */
public final class Faithfulness {
    private final List<PictureCurves> pictures;

    private Faithfulness(List<PictureCurves> pictures) {
        this.pictures = pictures;
    }

    /**
     * The curves of these pictures.
     *
     * @throws IllegalArgumentException if there is none, if two have one key, or if their curves differ in length
     */
    public static Faithfulness of(Collection<PictureCurves> pictures) {
        List<PictureCurves> sorted = new ArrayList<>(pictures);
        sorted.sort(Comparator.comparingLong(PictureCurves::key));
        if (sorted.isEmpty()) {
            throw new IllegalArgumentException("faithfulness: there are no pictures");
        }
        for (int i = 1; i < sorted.size(); i++) {
            if (sorted.get(i).key() == sorted.get(i - 1).key()) {
                throw new IllegalArgumentException("faithfulness: two pictures have the key " + sorted.get(i).key());
            }
        }
        long lengths = sorted.stream().flatMap(picture -> picture.curves().values().stream())
                .flatMap(each -> each.values().stream()).mapToInt(List::size).distinct().count();
        if (lengths != 1) {
            throw new IllegalArgumentException("faithfulness: curves have " + lengths
                    + " lengths; put those of one protocol together");
        }
        return new Faithfulness(List.copyOf(sorted));
    }

    /** What was measured, in the order of the keys. */
    public List<PictureCurves> pictures() {
        return pictures;
    }

    /** Whether every picture has this score. */
    public boolean has(Score score) {
        return pictures.stream().allMatch(picture -> picture.curves().values().stream()
                .allMatch(curves -> curves.containsKey(score)));
    }

    /** The mean curve. */
    public List<Double> curve(Order order, Score score) {
        double[] sums = new double[pictures.getFirst().curve(order, score).size()];
        for (PictureCurves picture : pictures) {
            List<Double> curve = picture.curve(order, score);
            for (int k = 0; k < sums.length; k++) {
                sums[k] += curve.get(k);
            }
        }
        List<Double> means = new ArrayList<>(sums.length);
        for (double sum : sums) {
            means.add(sum / pictures.size());
        }
        return List.copyOf(means);
    }

    /** A measure of each picture, in the order of the keys. */
    public double[] each(Measure measure, Score score) {
        return pictures.stream().mapToDouble(
                picture -> measure.of(picture.curve(Order.MORF, score), picture.curve(Order.LERF, score))).toArray();
    }

    /** The mean of a measure, which is the measure of the mean curves, with its error. */
    public Estimate estimate(Measure measure, Score score, Confidence confidence) {
        return confidence.of(each(measure, score));
    }
}
