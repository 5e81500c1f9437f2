package io.github.lrp4j.evaluate.perturbation;

import java.util.Comparator;
import java.util.stream.IntStream;

/** Which units are replaced first. */
public enum Order {
    /** Most relevant first: a faithful explanation makes the score fall at once. */
    MORF("MoRF"),
    /** Least relevant first: a faithful explanation keeps the score up. */
    LERF("LeRF");

    private final String label;

    Order(String label) {
        this.label = label;
    }

    /**
     * The units in this order; equal scores by the smaller unit, in both orders.
     *
     * @throws IllegalArgumentException if a score is no number
     */
    public int[] of(double[] scores) {
        for (int unit = 0; unit < scores.length; unit++) {
            if (Double.isNaN(scores[unit])) {
                throw new IllegalArgumentException(this + ": the relevance of unit " + unit + " is no number");
            }
        }
        // Adding 0 makes one zero of both.
        Comparator<Integer> ascending = Comparator.comparingDouble(unit -> scores[unit] + 0.0);
        return IntStream.range(0, scores.length).boxed().sorted(this == MORF ? ascending.reversed() : ascending)
                .mapToInt(Integer::intValue).toArray();
    }

    /** {@code MoRF}. */
    @Override
    public String toString() {
        return label;
    }
}
