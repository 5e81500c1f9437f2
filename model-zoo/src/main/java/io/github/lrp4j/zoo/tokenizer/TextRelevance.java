package io.github.lrp4j.zoo.tokenizer;

import java.util.ArrayList;
import java.util.List;

/**
 * {@code relevance of tokens -> relevance of words}: sums are kept, {@code sum(words) + elsewhere = sum(tokens)}.
 *
 * <p>Tokens next to each other are parts of one word if the tokenizer says that they are of the same word and no white
 * space stands between their characters (some tokenizers take a whole text for one word). A token that stands for white
 * space alone is part of the word that follows without further white space; with none, it is shown as a word itself. A
 * word without any character (a blank that the tokenizer has trimmed away) is added to the next one.
 *
 * @param text the text
 * @param words its words in order, with their relevance
 * @param elsewhere relevance of all other tokens of the encoding: special tokens, padding, the other text
 */
public record TextRelevance(String text, List<WordRelevance> words, double elsewhere) {
    /** Copies. */
    public TextRelevance {
        words = List.copyOf(words);
    }

    /**
     * Relevance of one text of an encoding.
     *
     * @param encoding the tokens
     * @param sequence which text: 0 for the first
     * @param relevance of each token
     * @throws IllegalArgumentException if there are not as many relevances as tokens, or there is no such text
     */
    public static TextRelevance of(Encoding encoding, int sequence, double[] relevance) {
        if (relevance.length != encoding.length()) {
            throw new IllegalArgumentException("text relevance: " + relevance.length + " relevances for "
                    + encoding.length() + " tokens");
        }
        if (sequence < 0 || sequence >= encoding.texts().size()) {
            throw new IllegalArgumentException(
                    "text relevance: no text " + sequence + ", there are " + encoding.texts().size());
        }
        Merging merging = new Merging(encoding.texts().get(sequence));
        double elsewhere = 0;
        for (int i = 0; i < relevance.length; i++) {
            Token token = encoding.tokens().get(i);
            if (token.sequence() == sequence) {
                merging.add(token, relevance[i]);
            } else {
                elsewhere += relevance[i];
            }
        }
        return merging.finish(elsewhere);
    }

    /**
     * Relevance of every character of the text ({@code char} of the {@link String}): each word's, spread evenly over its
     * characters; 0 between words.
     */
    public double[] characters() {
        double[] characters = new double[text.length()];
        for (WordRelevance word : words) {
            for (int i = word.span().start(); i < word.span().end(); i++) {
                characters[i] += word.relevance() / word.span().length();
            }
        }
        return characters;
    }

    private static final class Merging {
        private final String text;
        private final List<WordRelevance> words = new ArrayList<>();
        private Span span;
        private int word;
        private double relevance;
        private double carried;

        Merging(String text) {
            this.text = text;
        }

        void add(Token token, double share) {
            if (span != null && !(token.word() == word && isJoined(token.span()))) {
                end();
            }
            span = span == null ? token.span() : span.and(token.span());
            word = token.word();
            relevance += share;
        }

        /** Whether no white space stands between the characters of the word so far and those of the next token. */
        private boolean isJoined(Span next) {
            Span before = span.trimmed(text);
            Span after = next.trimmed(text);
            if (before.isEmpty() || after.isEmpty()) {
                // White space joins what it touches on its right, never what is on its left.
                return before.isEmpty() && next.start() <= span.end();
            }
            return after.start() <= before.end()
                    || text.substring(before.end(), after.start()).codePoints().noneMatch(Span::isBlank);
        }

        private void end() {
            Span shown = span.trimmed(text);
            if (shown.isEmpty()) {
                shown = span;
            }
            if (shown.isEmpty()) {
                carried += relevance;
            } else {
                words.add(new WordRelevance(shown, shown.of(text), relevance + carried));
                carried = 0;
            }
            span = null;
            relevance = 0;
        }

        TextRelevance finish(double elsewhere) {
            if (span != null) {
                end();
            }
            if (carried != 0 && !words.isEmpty()) {
                WordRelevance last = words.removeLast();
                words.add(new WordRelevance(last.span(), last.word(), last.relevance() + carried));
                carried = 0;
            }
            return new TextRelevance(text, words, elsewhere + carried);
        }
    }
}
