/**
 * {@code text -> tokens}: tokenizers from {@code tokenizer.json} files, and the way back from tokens to the text.
 *
 * <p>Start at {@link io.github.lrp4j.zoo.tokenizer.JsonTokenizer#open}; {@link io.github.lrp4j.zoo.tokenizer.TextRelevance} puts
 * relevance of tokens onto words and characters.
 */
package io.github.lrp4j.zoo.tokenizer;
