package io.github.lrp4j.cli.explain;

import io.github.lrp4j.cli.model.LoadedModel;
import io.github.lrp4j.explain.Conservation;
import io.github.lrp4j.explain.ImageExplanation;
import io.github.lrp4j.explain.Prediction;
import io.github.lrp4j.explain.RulePreset;
import io.github.lrp4j.explain.Timings;
import io.github.lrp4j.explain.picture.HeatMap;
import io.github.lrp4j.lrp.ConservationLedger;
import io.github.lrp4j.lrp.RelevancePlan;
import io.github.lrp4j.lrp.RuleTable;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.image.RgbImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Why a network said what it said about one picture, with what a report says besides.
 *
 * @param picture the picture
 * @param model the network
 * @param preset the rules by their name
 * @param rules the rules
 * @param kernels what computed
 * @param together how many pictures the books and times are of
 * @param why the explanation
 */
record Explanation(Picture picture, LoadedModel model, RulePreset preset, RuleTable rules, String kernels, int together,
        ImageExplanation why) {
    RgbImage seen() {
        return why.seen();
    }

    List<Prediction> ranking() {
        return why.ranking();
    }

    Prediction target() {
        return why.target();
    }

    Optional<Prediction> against() {
        return why.against();
    }

    Tensor relevance() {
        return why.relevance();
    }

    HeatMap heatMap() {
        return why.heatMap();
    }

    ConservationLedger ledger() {
        return why.ledger();
    }

    Optional<String> warning() {
        return why.warning();
    }

    RelevancePlan plan() {
        return why.plan();
    }

    Timings timings() {
        return why.timings();
    }

    Conservation conservation() {
        return why.conservation();
    }

    Prediction predicted() {
        return why.predicted();
    }

    String subject() {
        return why.subject();
    }

    /** The {@code count} most likely classes, and those that are explained if they are not among them. */
    List<Prediction> top(int count) {
        List<Prediction> top = new ArrayList<>(ranking().subList(0, Math.min(count, ranking().size())));
        if (!top.contains(target())) {
            top.add(target());
        }
        against().filter(other -> !top.contains(other)).ifPresent(top::add);
        return top;
    }
}
