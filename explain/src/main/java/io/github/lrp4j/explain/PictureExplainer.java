package io.github.lrp4j.explain;

import io.github.lrp4j.autograd.Graph;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.explain.picture.HeatMap;
import io.github.lrp4j.lrp.Relevance;
import io.github.lrp4j.lrp.Seed;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.Network;
import io.github.lrp4j.zoo.image.ImagePreprocessing;
import io.github.lrp4j.zoo.image.RgbImage;
import io.github.lrp4j.zoo.published.PublishedModel.Scores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Explains pictures, a batch at a time: one forward pass and one sweep for all pictures and classes of a batch. */
final class PictureExplainer {
    private final Network network;
    private final Settings settings;
    private final Propagator propagator;

    PictureExplainer(Network network, Settings settings, Propagator propagator) {
        this.network = network;
        this.settings = settings;
        this.propagator = propagator;
    }

    /** Per picture, an explanation per class in question. */
    List<List<ImageExplanation>> explain(List<RgbImage> pictures, Question question) {
        List<List<ImageExplanation>> all = new ArrayList<>();
        for (int from = 0; from < pictures.size(); from += settings.batch()) {
            all.addAll(batch(pictures.subList(from, Math.min(pictures.size(), from + settings.batch())), question));
        }
        return all;
    }

    private List<List<ImageExplanation>> batch(List<RgbImage> pictures, Question question) {
        ImagePreprocessing preprocessing = network.facts().preprocessing();
        long start = System.nanoTime();
        List<RgbImage> seen = pictures.stream().map(preprocessing::frame).toList();
        Tensor pixels = ImagePreprocessing.stacked(seen.stream().map(preprocessing::normalized).toList());

        long read = System.nanoTime();
        Tape tape = new Tape(settings.kernels());
        Value input = tape.input("pixels", pixels);
        Value logits = propagator.told("forward", 0, () -> network.forward(tape, input));
        List<List<Prediction>> rankings = IntStream.range(0, pictures.size())
                .mapToObj(n -> Prediction.ranked(network.facts().classes(),
                        logits.tensor().select(0, n).toDoubleArray(), Scores.SOFTMAX))
                .toList();
        List<List<Question.Part>> parts = rankings.stream().map(question::parts).toList();

        long recorded = System.nanoTime();
        List<Seed> seeds = IntStream.range(0, parts.getFirst().size()).mapToObj(k -> seed(parts, k)).toList();
        Propagator.Outcome outcome = propagator.explain(logits, seeds, input);
        Timings timings = Timings.between(start, read, recorded, System.nanoTime());

        List<List<ImageExplanation>> explanations = new ArrayList<>();
        for (int n = 0; n < pictures.size(); n++) {
            List<ImageExplanation> ofPicture = new ArrayList<>();
            for (int k = 0; k < seeds.size(); k++) {
                Relevance relevance = outcome.relevances().get(k);
                Question.Part part = parts.get(n).get(k);
                Tensor plane = propagator.of(relevance, input).select(0, n);
                ofPicture.add(new ImageExplanation(seen.get(n), rankings.get(n), part.target(), part.against(), plane,
                        HeatMap.of(plane), relevance.ledger(), outcome.warning(), relevance.plan(), timings));
            }
            explanations.add(ofPicture);
        }
        Graph.of(logits).free();
        return explanations;
    }

    /** Each picture's class number {@code k} in question, and what it is set against. */
    private static Seed seed(List<List<Question.Part>> parts, int k) {
        int[] targets = parts.stream().mapToInt(ofPicture -> ofPicture.get(k).target().index()).toArray();
        int[] others = parts.stream().flatMap(ofPicture -> ofPicture.get(k).against().stream())
                .mapToInt(Prediction::index).toArray();
        Seed seed = Seed.target(targets);
        return others.length == 0 ? seed : seed.minus(Seed.target(Arrays.copyOf(others, targets.length)));
    }
}
