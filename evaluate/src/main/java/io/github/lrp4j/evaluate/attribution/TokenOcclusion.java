package io.github.lrp4j.evaluate.attribution;

import io.github.lrp4j.evaluate.Attribution;
import io.github.lrp4j.evaluate.Batch;
import io.github.lrp4j.evaluate.baseline.Baseline;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;

/**
 * {@code R[t] = y(x) - y(x with x'_t in the place of x_t)}: what the logit loses where one token of embedded texts
 * {@code [N, T, D]} is replaced; {@link Occlusion} of texts (Li, Monroe, Jurafsky 2016, arXiv 1612.08220, section 3).
 *
 * <p>Relevance is {@code [N, T, 1]}.
 *
 * @param baseline x'
 * @param batch how many variants are computed together
 */
public record TokenOcclusion(Baseline baseline, int batch) implements Attribution {
    /** Checks. */
    public TokenOcclusion {
        if (batch < 1) {
            throw new IllegalArgumentException("occlusion: batch " + batch + " must be positive");
        }
    }

    @Override
    public String name() {
        return "occlusion";
    }

    @Override
    public Tensor of(Batch texts) {
        Shape shape = texts.inputs().shape();
        int tokens = shape.size(1);
        Tensor replacements = baseline.of(texts);
        Tensor logits = texts.classifier().logits(texts.inputs());
        double[] relevance = new double[texts.size() * tokens];
        for (int n = 0; n < texts.size(); n++) {
            Tensor text = texts.inputs().select(0, n);
            Tensor replacement = replacements.select(0, n);
            double[] drops = LogitDrops.of(texts, n, logits, tokens, batch,
                    (from, to) -> without(text, replacement, from, to));
            System.arraycopy(drops, 0, relevance, n * tokens, tokens);
        }
        return Tensor.of(relevance, texts.inputs().dtype(), shape.with(2, 1));
    }

    /** A text {@code [T, D]} without each of some tokens, {@code [K, T, D]}. */
    private static Tensor without(Tensor text, Tensor replacement, int from, int to) {
        double[] cells = text.toDoubleArray();
        double[] others = replacement.toDoubleArray();
        int width = text.size(1);
        double[] all = new double[(to - from) * cells.length];
        for (int t = from; t < to; t++) {
            int start = (t - from) * cells.length;
            System.arraycopy(cells, 0, all, start, cells.length);
            System.arraycopy(others, t * width, all, start + t * width, width);
        }
        return Tensor.of(all, text.dtype(), Shape.of(to - from, text.size(0), width));
    }
}
