package io.github.lrp4j.explain;

import io.github.lrp4j.explain.picture.HeatMap;
import io.github.lrp4j.lrp.ConservationLedger;
import io.github.lrp4j.lrp.RelevancePlan;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.image.RgbImage;
import java.util.List;
import java.util.Optional;

/**
 * Why a network said what it said of a picture.
 *
 * @param seen the part of the picture that the network saw, at the network's resolution
 * @param ranking all classes, the most likely first
 * @param target the class that is explained
 * @param against the class that it is set against: relevance is what speaks for the one rather than for the other
 * @param relevance relevance of the pixels, {@code [C, H, W]}
 * @param heatMap the same per pixel
 * @param ledger where the relevance went, of all pictures that were explained in one run
 * @param warning where relevance first stopped being finite, and why, if it did
 * @param plan which rule hit what, and the Promises
 * @param timings how long it took, of all pictures and classes of the run
 */
public record ImageExplanation(RgbImage seen, List<Prediction> ranking, Prediction target, Optional<Prediction> against,
        Tensor relevance, HeatMap heatMap, ConservationLedger ledger, Optional<String> warning, RelevancePlan plan,
        Timings timings) implements Explanation {
    /** Copies. */
    public ImageExplanation {
        ranking = List.copyOf(ranking);
    }

    @Override
    public Conservation conservation() {
        return Conservation.of(ledger);
    }

    /** The most likely class. */
    public Prediction predicted() {
        return ranking.getFirst();
    }

    /** {@code Sneaker}, or {@code Sneaker rather than Sandal}. */
    public String subject() {
        return target.label() + against.map(other -> " rather than " + other.label()).orElse("");
    }
}
