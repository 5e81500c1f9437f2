package io.github.lrp4j.zoo.tokenizer;

/**
 * {@code [start, end)}: characters of a text, counted as {@link String} counts them (UTF-16).
 *
 * @param start the first character
 * @param end the one after the last
 */
public record Span(int start, int end) {
    /** No character: the place of special tokens. */
    public static final Span NONE = new Span(0, 0);

    /** Checks the order. */
    public Span {
        if (start < 0 || end < start) {
            throw new IllegalArgumentException("span [" + start + ", " + end + ") ends before it begins");
        }
    }

    /** Number of characters. */
    public int length() {
        return end - start;
    }

    /** Whether there is no character. */
    public boolean isEmpty() {
        return start == end;
    }

    /** These characters of {@code text}. */
    public String of(String text) {
        return text.substring(start, end);
    }

    /** The smallest span that holds this one and {@code other}. */
    public Span and(Span other) {
        return new Span(Math.min(start, other.start), Math.max(end, other.end));
    }

    /** This span of {@code text} counted in code points, as other languages count characters. */
    public Span inCodePoints(String text) {
        int first = text.codePointCount(0, start);
        return new Span(first, first + text.codePointCount(start, end));
    }

    /** This span of {@code text} without the white space at its ends; an empty one where there is nothing else. */
    public Span trimmed(String text) {
        int from = start;
        int to = end;
        while (from < to && isBlank(text.codePointAt(from))) {
            from += Character.charCount(text.codePointAt(from));
        }
        while (to > from && isBlank(text.codePointBefore(to))) {
            to -= Character.charCount(text.codePointBefore(to));
        }
        return new Span(from, to);
    }

    static boolean isBlank(int codePoint) {
        return Character.isWhitespace(codePoint) || Character.isSpaceChar(codePoint);
    }
}
