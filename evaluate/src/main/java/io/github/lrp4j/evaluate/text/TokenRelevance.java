package io.github.lrp4j.evaluate.text;

import io.github.lrp4j.explain.Answer;
import io.github.lrp4j.zoo.tokenizer.Encoding;

/**
 * What a model said of a text, and how much each token counts for it.
 *
 * @param encoding the tokens
 * @param answer what the model said
 * @param relevance of each token
 */
public record TokenRelevance(Encoding encoding, Answer answer, double[] relevance) {
    /** Checks and copies. */
    public TokenRelevance {
        if (relevance.length != encoding.length()) {
            throw new IllegalArgumentException("token relevance: " + relevance.length + " relevances of "
                    + encoding.length() + " tokens");
        }
        relevance = relevance.clone();
    }

    @Override
    public double[] relevance() {
        return relevance.clone();
    }
}
