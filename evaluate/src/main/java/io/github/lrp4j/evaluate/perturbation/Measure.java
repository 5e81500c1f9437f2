package io.github.lrp4j.evaluate.perturbation;

import java.util.List;

/** One number for a pair of curves. */
public enum Measure {
    /** {@code AUC(LeRF) - AUC(MoRF)}: the area between the perturbation curves. */
    ABPC,
    /** {@code value(0) - AUC(MoRF)}: how much is lost without what is relevant; larger is better. */
    COMPREHENSIVENESS,
    /** {@code value(0) - AUC(LeRF)}: how much is lost with nothing but what is relevant; smaller is better. */
    SUFFICIENCY,
    /** {@code AUC(MoRF)}; smaller is better. */
    AUC_MORF,
    /** {@code AUC(LeRF)}; larger is better. */
    AUC_LERF;

    /** The measure of two curves of one length. */
    public double of(List<Double> morf, List<Double> lerf) {
        return switch (this) {
            case ABPC -> area(lerf) - area(morf);
            case COMPREHENSIVENESS -> morf.getFirst() - area(morf);
            case SUFFICIENCY -> lerf.getFirst() - area(lerf);
            case AUC_MORF -> area(morf);
            case AUC_LERF -> area(lerf);
        };
    }

    /**
     * {@code 1 / K sum_k (v_k + v_{k+1}) / 2}: the trapezoid rule over K steps, so that a constant has its own value.
     */
    public static double area(List<Double> curve) {
        if (curve.size() < 2) {
            throw new IllegalArgumentException("area: a curve of " + curve.size() + " points has none");
        }
        double sum = 0;
        for (int k = 0; k + 1 < curve.size(); k++) {
            sum += (curve.get(k) + curve.get(k + 1)) / 2;
        }
        return sum / (curve.size() - 1);
    }
}
