package io.github.lrp4j.explain;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads how alike a text and another one are: {@code cos = q m / (|q| |m|)} for the embedding q of the other text and the
 * mean m over the windows of this one.
 *
 * <p>Relevance starts at the cells of m, each with its summand of the cosine; norms count as constants, so that the
 * relevance adds up to the cosine.
 *
 * @param other embedding of the other text
 */
record SimilarityReader(double[] other) implements Reader {
    @Override
    public Reading read(Sight sight) {
        int windows = sight.outputs().size();
        double[] mean = new double[other.length];
        List<double[]> embeddings = new ArrayList<>();
        for (int w = 0; w < windows; w++) {
            embeddings.add(sight.outputs().get(w).toDoubleArray());
            for (int d = 0; d < mean.length; d++) {
                mean[d] += embeddings.get(w)[d] / windows;
            }
        }
        double norms = norm(mean) * norm(other);
        double cosine = 0;
        List<Cell> cells = new ArrayList<>();
        for (int w = 0; w < windows; w++) {
            for (int d = 0; d < mean.length; d++) {
                double summand = norms == 0 ? 0 : embeddings.get(w)[d] * other[d] / (windows * norms);
                cells.add(new Cell(w, d, summand));
                cosine += summand;
            }
        }
        Answer.Similarity similarity = new Answer.Similarity(cosine);
        return new Reading(similarity, List.of(new Aim(similarity.text(), cosine, cells)));
    }

    private static double norm(double[] vector) {
        double squares = 0;
        for (double v : vector) {
            squares += v * v;
        }
        return Math.sqrt(squares);
    }
}
