package io.github.lrp4j.zoo.tokenizer;

/**
 * A token that stands for no text.
 *
 * @param id its number in the vocabulary
 * @param piece how the vocabulary writes it
 * @param typeId the segment that it claims to be of where it fills up
 */
public record SpecialToken(int id, String piece, int typeId) {
}
