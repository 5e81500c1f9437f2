package io.github.lrp4j.evaluate.text;

import io.github.lrp4j.autograd.Retain;
import io.github.lrp4j.autograd.Tape;
import io.github.lrp4j.evaluate.perturbation.Score;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.zoo.layer.Pass;
import io.github.lrp4j.zoo.published.PublishedModel;
import io.github.lrp4j.zoo.text.TokenBatch;
import io.github.lrp4j.zoo.tokenizer.Encoding;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code tokens -> logit, probability} of what a model had said of a text, for variants of the text. */
public final class TokenScore {
    private final PublishedModel.Encoder model;
    private final Kernels kernels;
    private final int first;
    private final int last;

    private TokenScore(PublishedModel.Encoder model, Kernels kernels, int first, int last) {
        this.model = model;
        this.kernels = kernels;
        this.first = first;
        this.last = last;
    }

    /** The logit of a class of the text and its softmax. */
    public static TokenScore ofClass(PublishedModel.Encoder model, Kernels kernels, int target) {
        return new TokenScore(model, kernels, target, -1);
    }

    /**
     * The logit of an answer from one token to another, that of its start plus that of its end, and the product of their
     * softmaxes over all tokens.
     *
     * @param start place of the first token of the answer
     * @param end place of its last token
     */
    public static TokenScore ofPassage(PublishedModel.Encoder model, Kernels kernels, int start, int end) {
        return new TokenScore(model, kernels, start, end);
    }

    /** Whether tokens must keep their places in variants. */
    public boolean needsPlaces() {
        return last >= 0;
    }

    /** The scores of each variant, all computed together. */
    public List<Map<Score, Double>> of(List<Encoding> variants) {
        TokenBatch batch = TokenBatch.of(variants, model.bert().config().padding(), model.bert().config().types() > 1);
        Tensor output = model.forward(new Tape(kernels, Retain.NOTHING), batch, Pass.evaluation()).output().tensor();
        List<Map<Score, Double>> scores = new ArrayList<>();
        for (int n = 0; n < variants.size(); n++) {
            double[] row = output.select(0, n).toDoubleArray();
            scores.add(needsPlaces() ? passage(row, variants.get(n).length()) : one(row, first));
        }
        return scores;
    }

    private Map<Score, Double> passage(double[] row, int tokens) {
        double[] starts = new double[tokens];
        double[] ends = new double[tokens];
        for (int t = 0; t < tokens; t++) {
            starts[t] = row[2 * t];
            ends[t] = row[2 * t + 1];
        }
        return Map.of(Score.LOGIT, starts[first] + ends[last], Score.PROBABILITY,
                one(starts, first).get(Score.PROBABILITY) * one(ends, last).get(Score.PROBABILITY));
    }

    private static Map<Score, Double> one(double[] logits, int target) {
        double largest = Double.NEGATIVE_INFINITY;
        for (double logit : logits) {
            largest = Math.max(largest, logit);
        }
        double sum = 0;
        for (double logit : logits) {
            sum += Math.exp(logit - largest);
        }
        return Map.of(Score.LOGIT, logits[target], Score.PROBABILITY, Math.exp(logits[target] - largest) / sum);
    }
}
