package io.github.lrp4j.evaluate.text;

import io.github.lrp4j.explain.Answer;
import io.github.lrp4j.zoo.tokenizer.Encoding;

/** What a model said of a text, and how much each token counts for it. */
public final class TokenRelevance {
    private final Encoding encoding;
    private final Answer answer;
    private final double[] relevance;

    /**
     * The relevance of a text.
     *
     * @param encoding the tokens
     * @param answer what the model said
     * @param relevance of each token
     * @throws IllegalArgumentException if there are not as many relevances as tokens
     */
    public TokenRelevance(Encoding encoding, Answer answer, double[] relevance) {
        if (relevance.length != encoding.length()) {
            throw new IllegalArgumentException("token relevance: " + relevance.length + " relevances of "
                    + encoding.length() + " tokens");
        }
        this.encoding = encoding;
        this.answer = answer;
        this.relevance = relevance.clone();
    }

    /** The tokens. */
    public Encoding encoding() {
        return encoding;
    }

    /** What the model said. */
    public Answer answer() {
        return answer;
    }

    /** Of each token; a fresh array. */
    public double[] relevance() {
        return relevance.clone();
    }
}
