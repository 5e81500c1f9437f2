package io.github.lrp4j.explain;

import io.github.lrp4j.zoo.tokenizer.TextRelevance;
import java.util.List;

/**
 * Why one thing that a model said of a text: a class, an answer, a word.
 *
 * @param subject what is explained: {@code positive}, {@code positive rather than negative}
 * @param output what the model gave for it: the logit, or the sum of the logits, that the relevance explains
 * @param seed relevance that started there
 * @param tokens relevance of every token of the input, special ones included
 * @param words the same, merged into words, for each text of the input
 * @param written relevance of what the model itself had written before: of the token that starts an answer, then of those
 *     of the answer but the last; empty where it writes nothing
 */
public record TextPart(String subject, double output, double seed, List<Double> tokens, List<TextRelevance> words,
        List<Double> written) {
    /** Copies. */
    public TextPart {
        tokens = List.copyOf(tokens);
        words = List.copyOf(words);
        written = List.copyOf(written);
    }

    /** Relevance of all tokens of the input, special ones included. */
    public double sum() {
        return tokens.stream().mapToDouble(Double::doubleValue).sum();
    }
}
