package io.github.lrp4j.evaluate.text;

import io.github.lrp4j.zoo.tokenizer.Encoding;
import io.github.lrp4j.zoo.tokenizer.Span;
import io.github.lrp4j.zoo.tokenizer.Token;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How the most relevant tokens of a context lie to the answer that was extracted from it (arXiv 2512.07010, section on question
 * answering): an extracting model says two things, the first token s of the answer and the last one e, so two tokens are looked
 * at. Strictly, a token hits if it is s or e; loosely, if it lies from s to e. A token that is both s and e hits twice, and the
 * one behind it is not looked at any more.
 *
 * @param top1InPrediction whether the most relevant token lies from s to e
 * @param top1InLabel whether the most relevant token shares a character with an answer that is right
 * @param strictHits hits of the two most relevant tokens, strictly, of 2
 * @param hits the same loosely
 * @param strictUnion 2 and one more for each of the two that misses strictly: with the hits, {@code IoU = hits / union}
 * @param union the same loosely
 */
public record SpanHits(boolean top1InPrediction, boolean top1InLabel, int strictHits, int hits, int strictUnion,
        int union) {
    private static final int LOOKED_AT = 2;

    /**
     * Looks at one text.
     *
     * @param encoding its tokens; the context is its last text
     * @param relevance of each token; only those of the context count, equal ones by their order, NaN last
     * @param predicted the characters of the answer in the context
     * @param right the characters of each answer that is right
     * @throws IllegalArgumentException if no token of the context has a character of the answer
     */
    public static SpanHits of(Encoding encoding, double[] relevance, Span predicted, List<Span> right) {
        int[] ends = ends(encoding, predicted);
        int start = ends[0];
        int end = ends[1];
        int[] ranked = IntStream.range(0, encoding.length()).filter(t -> isOfContext(encoding, t)).boxed()
                .sorted(Comparator.comparingDouble((Integer t) -> rank(relevance[t])).reversed())
                .mapToInt(Integer::intValue).limit(LOOKED_AT).toArray();
        int strictHits = 0;
        int hits = 0;
        int strictMisses = 0;
        int misses = 0;
        for (int token : ranked) {
            if (strictHits == LOOKED_AT) {
                break;
            }
            int here = (token == start ? 1 : 0) + (token == end ? 1 : 0);
            boolean isWithin = token > start && token < end;
            strictHits += here;
            hits += here + (isWithin ? 1 : 0);
            strictMisses += here == 0 ? 1 : 0;
            misses += here == 0 && !isWithin ? 1 : 0;
        }
        int top = ranked[0];
        boolean isLabelled = right.stream().anyMatch(span -> overlaps(place(encoding, top), span));
        return new SpanHits(start <= top && top <= end, isLabelled, strictHits, hits, LOOKED_AT + strictMisses,
                LOOKED_AT + misses);
    }

    /** NaN behind everything, and both zeros the same. */
    private static double rank(double relevance) {
        return Double.isNaN(relevance) ? Double.NEGATIVE_INFINITY : relevance + 0.0;
    }

    /** The tokens of the context that have a character of a span, in their order. */
    public static int[] tokens(Encoding encoding, Span span) {
        return IntStream.range(0, encoding.length())
                .filter(t -> isOfContext(encoding, t) && overlaps(place(encoding, t), span)).toArray();
    }

    /**
     * The first and the last of the {@linkplain #tokens tokens} of an answer.
     *
     * @throws IllegalArgumentException if no token of the context has a character of it
     */
    public static int[] ends(Encoding encoding, Span answer) {
        int[] tokens = tokens(encoding, answer);
        if (tokens.length == 0) {
            throw new IllegalArgumentException(
                    "span hits: no token of the context has a character of the answer " + answer);
        }
        return new int[] {tokens[0], tokens[tokens.length - 1]};
    }

    private static boolean isOfContext(Encoding encoding, int token) {
        return encoding.tokens().get(token).sequence() == encoding.texts().size() - 1;
    }

    /** Without the blank that some tokenizers put before a word. */
    private static Span place(Encoding encoding, int token) {
        Token there = encoding.tokens().get(token);
        return there.span().trimmed(encoding.texts().get(there.sequence()));
    }

    private static boolean overlaps(Span one, Span other) {
        return Math.max(one.start(), other.start()) < Math.min(one.end(), other.end());
    }
}
