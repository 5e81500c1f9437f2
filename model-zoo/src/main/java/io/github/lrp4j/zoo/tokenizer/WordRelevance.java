package io.github.lrp4j.zoo.tokenizer;

/**
 * Relevance of one word of a text.
 *
 * @param span its characters in the text, without the white space around them
 * @param word these characters
 * @param relevance the sum over its tokens
 */
public record WordRelevance(Span span, String word, double relevance) {
}
