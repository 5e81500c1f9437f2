package io.github.lrp4j.cli.explain;

import io.github.lrp4j.cli.model.LoadedModel;
import io.github.lrp4j.cli.model.RulePreset;
import io.github.lrp4j.cli.picture.HeatMap;
import io.github.lrp4j.lrp.ConservationLedger;
import io.github.lrp4j.lrp.RelevancePlan;
import io.github.lrp4j.lrp.RuleTable;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.image.RgbImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Why a network said what it said about one picture.
 *
 * @param picture the picture
 * @param seen the part of it that the network saw, at the network's resolution
 * @param model the network
 * @param preset the rules by their name
 * @param rules the rules
 * @param kernels what computed
 * @param ranking all classes, the most likely first
 * @param target the class that is explained
 * @param relevance relevance of the pixels, {@code [C, H, W]}
 * @param heatMap the same per pixel
 * @param ledger where the relevance went
 * @param warning where relevance first stopped being finite, and why, if it did
 * @param plan which rule hit what, and the Promises
 * @param timings how long it took
 */
record Explanation(Picture picture, RgbImage seen, LoadedModel model, RulePreset preset, RuleTable rules,
        String kernels,
        List<Prediction> ranking, Prediction target, Tensor relevance, HeatMap heatMap, ConservationLedger ledger,
        Optional<String> warning, RelevancePlan plan, Timings timings) {
    /**
     * Seconds per phase.
     *
     * @param input resizing and normalising the picture
     * @param forward the network
     * @param relevance compiling the plan where it is new, and the propagation
     */
    record Timings(double input, double forward, double relevance) {
    }

    /** Where the relevance went, in totals. */
    Conservation conservation() {
        return Conservation.of(ledger);
    }

    /** The most likely class. */
    Prediction predicted() {
        return ranking.getFirst();
    }

    /** The {@code count} most likely classes, and the explained one if it is not among them. */
    List<Prediction> top(int count) {
        List<Prediction> top = new ArrayList<>(ranking.subList(0, Math.min(count, ranking.size())));
        if (!top.contains(target)) {
            top.add(target);
        }
        return top;
    }
}
