package io.github.lrp4j.cli.explain;

import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.cli.console.Progress;
import io.github.lrp4j.cli.model.LoadedModel;
import io.github.lrp4j.cli.model.RulePreset;
import io.github.lrp4j.cli.picture.HeatMap;
import io.github.lrp4j.lrp.Lrp;
import io.github.lrp4j.lrp.NonFiniteRelevanceException;
import io.github.lrp4j.lrp.Relevance;
import io.github.lrp4j.lrp.RuleTable;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.lrp.Trace;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.zoo.image.ImagePreprocessing;
import io.github.lrp4j.zoo.image.RgbImage;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Explains pictures, one after another, by one network and one rule table; the plan is compiled once. */
final class Explainer {
    private static final double NANOS = 1e-9;

    private final LoadedModel model;
    private final RulePreset preset;
    private final RuleTable rules;
    private final Lrp lrp;
    private final Kernels kernels;
    private final Progress progress;

    Explainer(LoadedModel model, RulePreset preset, Kernels kernels, Progress progress) {
        this.model = model;
        this.preset = preset;
        this.rules = preset.table(model.network().facts().preprocessing());
        this.lrp = Lrp.with(rules);
        this.kernels = kernels;
        this.progress = progress;
    }

    /** Explains the given class, or else the most likely one. */
    Explanation explain(Picture picture, OptionalInt wantedClass) {
        ImagePreprocessing preprocessing = model.network().facts().preprocessing();
        long start = System.nanoTime();
        RgbImage seen = preprocessing.frame(picture.image());
        Tensor pixels = preprocessing.normalized(seen);

        long read = System.nanoTime();
        Tape tape = new Tape(kernels);
        Value input = tape.input("pixels", pixels);
        Value logits;
        try (Progress.Task _ = progress.begin("forward")) {
            logits = model.network().forward(tape, input);
        }
        List<Prediction> ranking = Prediction.ranked(model, logits.tensor());
        int target = wantedClass.orElse(ranking.getFirst().index());

        long recorded = System.nanoTime();
        // Nobody reads the gradients of the weights, and nobody shows the books of a gradient.
        Lrp wanted = preset.isDecomposition() ? lrp : lrp.only(input);
        Relevance relevance;
        Optional<String> warning = Optional.empty();
        try {
            relevance = propagate(wanted, logits, target);
        } catch (NonFiniteRelevanceException e) {
            warning = Optional.of(e.getMessage());
            relevance = propagate(wanted.allowingNonFinite(), logits, target);
        }
        Tensor ofPixels = preset == RulePreset.INPUT_X_GRADIENT ? relevance.timesValue(input) : relevance.of(input);
        Tensor plane = ofPixels.select(0, 0);
        long done = System.nanoTime();

        Explanation.Timings timings =
                new Explanation.Timings((read - start) * NANOS, (recorded - read) * NANOS, (done - recorded) * NANOS);
        Prediction explained = ranking.stream().filter(p -> p.index() == target).findFirst().orElseThrow();
        return new Explanation(picture, seen, model, preset, rules, kernels.name(), ranking, explained, plane,
                HeatMap.of(plane),
                relevance.ledger(), warning, relevance.plan(), timings);
    }

    private Relevance propagate(Lrp wanted, Value logits, int target) {
        if (!progress.isShown()) {
            return wanted.explain(logits, Seed.target(target));
        }
        try (Progress.Task task = progress.begin("relevance", wanted.plan(logits).audit().size())) {
            return wanted.watchedBy(new Trace() {
                @Override
                public void propagated(int index) {
                    task.step();
                }
            }).explain(logits, Seed.target(target));
        }
    }
}
