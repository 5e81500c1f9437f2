package io.github.lrp4j.zoo.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/**
 * {@code tokens} of one text, or of a pair of texts.
 *
 * @param tokens all tokens in order, special ones and padding included
 * @param texts the text, or both texts
 */
public record Encoding(List<Token> tokens, List<String> texts) {
    /** Copies. */
    public Encoding {
        tokens = List.copyOf(tokens);
        texts = List.copyOf(texts);
    }

    /** Number of tokens. */
    public int length() {
        return tokens.size();
    }

    /** Vocabulary numbers of the tokens. */
    public int[] ids() {
        return column(Token::id);
    }

    /** Segments of the tokens. */
    public int[] typeIds() {
        return column(Token::typeId);
    }

    /** 1 for tokens, 0 for padding. */
    public int[] attentionMask() {
        return column(token -> token.isAttended() ? 1 : 0);
    }

    /** 1 for special tokens and padding, 0 for tokens of a text. */
    public int[] specialTokensMask() {
        return column(token -> token.isSpecial() ? 1 : 0);
    }

    private int[] column(ToIntFunction<Token> field) {
        return tokens.stream().mapToInt(field).toArray();
    }

    /** The token's characters, as they stand in its text; empty for special tokens and padding. */
    public String textOf(Token token) {
        return token.sequence() == Token.NONE ? "" : token.span().of(texts.get(token.sequence()));
    }

    /** The token's characters counted in code points. */
    public Span codePointsOf(Token token) {
        return token.sequence() == Token.NONE ? Span.NONE : token.span().inCodePoints(texts.get(token.sequence()));
    }

    /**
     * Padded on the right.
     *
     * @throws IllegalArgumentException if there are more than {@code length} tokens already
     */
    public Encoding padded(int length, SpecialToken pad) {
        if (length() > length) {
            throw new IllegalArgumentException(
                    "tokenizer: " + length() + " tokens cannot be padded to " + length + "; encode in windows");
        }
        List<Token> more = new ArrayList<>(tokens);
        while (more.size() < length) {
            more.add(Token.padding(pad));
        }
        return new Encoding(more, texts);
    }

    /**
     * All parts of the last text in windows of at most {@code maxLength} tokens, in order: each holds every token of
     * the rest (the first text of a pair, special tokens) and the next tokens of the last text, of which the first
     * {@code stride} are the last of the window before.
     *
     * @param maxLength most tokens of a window
     * @param stride how many tokens of the last text neighbours share
     * @return this encoding alone if it is short enough
     * @throws IllegalArgumentException if the rest leaves no more than {@code stride} tokens of room
     */
    public List<Encoding> windows(int maxLength, int stride) {
        if (stride < 0) {
            throw new IllegalArgumentException("tokenizer: stride " + stride + " is negative");
        }
        if (length() <= maxLength) {
            return List.of(this);
        }
        int last = texts.size() - 1;
        Predicate<Token> isCut = token -> token.sequence() == last;
        int parts = (int) tokens.stream().filter(isCut).count();
        int rest = length() - parts;
        int room = maxLength - rest;
        if (room <= stride) {
            throw new IllegalArgumentException(
                    "tokenizer: windows of " + maxLength + " tokens leave " + Math.max(0, room)
                            + " for the " + (last == 0 ? "text" : "second text") + " beside the " + rest + " tokens of "
                            + (last == 0 ? "" : "the first text and ")
                            + "special tokens, which must be more than the stride of " + stride);
        }
        List<Encoding> windows = new ArrayList<>();
        int from = 0;
        while (true) {
            int to = Math.min(from + room, parts);
            windows.add(cut(isCut, from, to));
            if (to == parts) {
                return windows;
            }
            from += room - stride;
        }
    }

    /** Without those of the tokens that {@code isCut} whose number among them is not in {@code [from, to)}. */
    private Encoding cut(Predicate<Token> isCut, int from, int to) {
        List<Token> kept = new ArrayList<>();
        int number = 0;
        for (Token token : tokens) {
            if (!isCut.test(token)) {
                kept.add(token);
            } else {
                if (number >= from && number < to) {
                    kept.add(token);
                }
                number++;
            }
        }
        return new Encoding(kept, texts);
    }

    /** The tokens as the vocabulary writes them. */
    @Override
    public String toString() {
        return tokens.stream().map(Token::piece).collect(Collectors.joining(" "));
    }
}
