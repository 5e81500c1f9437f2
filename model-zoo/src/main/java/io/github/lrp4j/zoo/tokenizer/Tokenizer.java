package io.github.lrp4j.zoo.tokenizer;

/** {@code text -> tokens -> text}. Implementations are immutable and thread-safe. */
public interface Tokenizer {
    /**
     * All tokens of {@code text}, of whatever length.
     *
     * @param withSpecial whether the model's special tokens are put around it
     */
    Encoding encode(String text, boolean withSpecial);

    /**
     * All tokens of a pair of texts, such as a question and its context.
     *
     * @param withSpecial whether the model's special tokens are put around and between them
     */
    Encoding encode(String first, String second, boolean withSpecial);

    /**
     * The text of the tokens {@code ids}; numbers that the vocabulary lacks are left out.
     *
     * @param withoutSpecial whether special tokens are left out too
     */
    String decode(int[] ids, boolean withoutSpecial);

    /** The tokens that have a role. */
    SpecialTokens specialTokens();
}
