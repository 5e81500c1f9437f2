package io.github.lrp4j.zoo.tokenizer;

/**
 * One token of an encoding.
 *
 * @param id its number in the vocabulary
 * @param piece how the vocabulary writes it: {@code Ġexam}, {@code ##ing}
 * @param span the characters that it stands for in the text of its sequence; {@link Span#NONE} for special tokens and
 *     padding. Tokens may share characters (the bytes of one character), and leave out others (white space)
 * @param typeId which segment the model is told that it belongs to
 * @param word the word of its sequence that it belongs to, as the tokenizer splits words; {@link #NONE} for special
 *     tokens and padding
 * @param sequence 0 for the first text, 1 for the second; {@link #NONE} for special tokens and padding
 * @param isSpecial whether it was added to the text's own tokens
 * @param isAttended false for padding
 */
public record Token(int id, String piece, Span span, int typeId, int word, int sequence, boolean isSpecial,
        boolean isAttended) {
    /** No word, no sequence. */
    public static final int NONE = -1;

    /** Padding with the token {@code pad}. */
    static Token padding(SpecialToken pad) {
        return new Token(pad.id(), pad.piece(), Span.NONE, pad.typeId(), NONE, NONE, true, false);
    }
}
