package io.github.lrp4j.evaluate.perturbation;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The curves of one picture: all that is kept of it, so that a run can be stopped, gone on with and merged with others.
 *
 * @param key what tells the picture from others
 * @param target the explained class
 * @param label the right class, or -1 where that is not known
 * @param curves per order and score, its value after 0, 1, 2 ... steps
 */
public record PictureCurves(long key, int target, int label, Map<Order, Map<Score, List<Double>>> curves) {
    /** Copies. */
    public PictureCurves {
        Map<Order, Map<Score, List<Double>>> copy = new EnumMap<>(Order.class);
        for (Order order : Order.values()) {
            Map<Score, List<Double>> each = new EnumMap<>(Score.class);
            curves.getOrDefault(order, Map.of()).forEach((score, curve) -> each.put(score, List.copyOf(curve)));
            copy.put(order, Collections.unmodifiableMap(each));
        }
        curves = Collections.unmodifiableMap(copy);
    }

    /**
     * One of the curves.
     *
     * @throws IllegalArgumentException if there is none, as of {@link Score#ACCURACY} where no label is known
     */
    public List<Double> curve(Order order, Score score) {
        List<Double> curve = curves.get(order).get(score);
        if (curve == null) {
            throw new IllegalArgumentException("curves of picture " + key + ": there is none of " + order + " and "
                    + score + ", only " + curves.get(order).keySet());
        }
        return curve;
    }
}
