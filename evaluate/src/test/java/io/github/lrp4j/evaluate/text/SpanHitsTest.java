package io.github.lrp4j.evaluate.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.lrp4j.zoo.tokenizer.Encoding;
import io.github.lrp4j.zoo.tokenizer.Span;
import io.github.lrp4j.zoo.tokenizer.Token;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SpanHitsTest {
    private static final String QUESTION = "who is it";

    /** {@code <s> who is it </s> c0 c1 c2 ... </s>}: words of two characters, each token with the blank before its word. */
    private static Encoding encoding(int words) {
        StringBuilder context = new StringBuilder();
        List<Token> tokens = new ArrayList<>();
        tokens.add(special());
        tokens.add(new Token(1, "who", new Span(0, 3), 0, 0, 0, false, true));
        tokens.add(new Token(1, "is", new Span(3, 6), 0, 1, 0, false, true));
        tokens.add(special());
        for (int w = 0; w < words; w++) {
            int start = Math.max(0, context.length());
            context.append(w == 0 ? "" : " ").append((char) ('a' + w % 26)).append(w % 10);
            tokens.add(new Token(2, "x", new Span(start, context.length()), 1, w, 1, false, true));
        }
        tokens.add(special());
        return new Encoding(tokens, List.of(QUESTION, context.toString()));
    }

    private static Token special() {
        return new Token(0, "</s>", Span.NONE, 0, Token.NONE, Token.NONE, true, true);
    }

    /** Characters of words {@code from .. to}, both included. */
    private static Span words(int from, int to) {
        return new Span(3 * from, 3 * to + 2);
    }

    private static SpanHits hits(double[] ofWords, Span predicted, Span... right) {
        Encoding encoding = encoding(ofWords.length);
        double[] relevance = new double[encoding.length()];
        java.util.Arrays.fill(relevance, 99); // What is no token of the context must not count.
        System.arraycopy(ofWords, 0, relevance, 4, ofWords.length);
        return SpanHits.of(encoding, relevance, predicted, List.of(right));
    }

    @Test
    void bothEndsHitTwice() {
        assertThat(hits(new double[] {0, 5, 1, 4, 0}, words(1, 3), words(0, 1)))
                .isEqualTo(new SpanHits(true, true, 2, 2, 2, 2));
    }

    @Test
    void whatLiesBetweenHitsLooselyOnly() {
        assertThat(hits(new double[] {0, 5, 6, 4, 0}, words(1, 3), words(4, 4)))
                .isEqualTo(new SpanHits(true, false, 1, 2, 3, 2));
    }

    @Test
    void whatLiesOutsideMisses() {
        assertThat(hits(new double[] {7, 1, 1, 4, 0}, words(1, 3)))
                .isEqualTo(new SpanHits(false, false, 1, 1, 3, 3));
        assertThat(hits(new double[] {7, -1, -1, -4, 8}, words(1, 3), words(4, 4)))
                .isEqualTo(new SpanHits(false, true, 0, 0, 4, 4));
    }

    @Test
    void anAnswerOfOneTokenIsHitTwiceAndTheSecondIsNotLookedAt() {
        assertThat(hits(new double[] {0, 5, 4}, words(1, 1))).isEqualTo(new SpanHits(true, false, 2, 2, 2, 2));
        assertThat(hits(new double[] {6, 5, 4}, words(1, 1))).isEqualTo(new SpanHits(false, false, 2, 2, 3, 3));
    }

    @Test
    void noTokenOfTheAnswer() {
        assertThatThrownBy(() -> hits(new double[] {1, 2}, new Span(2, 2)))
                .hasMessageContaining("no token of the context has a character of the answer");
    }

    /** The same by sets: of drawn relevances, NaN and equal ones among them. */
    @Test
    void agreesWithASlowCount() {
        Random random = new Random(8);
        for (int trial = 0; trial < 400; trial++) {
            double[] relevance = new double[2 + random.nextInt(7)];
            for (int t = 0; t < relevance.length; t++) {
                relevance[t] = random.nextInt(9) == 0 ? Double.NaN : random.nextInt(5) - 2;
            }
            int start = random.nextInt(relevance.length);
            int end = start + random.nextInt(relevance.length - start);
            int gold = random.nextInt(relevance.length);

            SpanHits got = hits(relevance, words(start, end), words(gold, gold));

            int first = largest(relevance, -1);
            int second = largest(relevance, first);
            assertThat(got.top1InPrediction()).isEqualTo(first >= start && first <= end);
            assertThat(got.top1InLabel()).isEqualTo(first == gold);
            // Signals as a multiset: the two ends, where one token may be both.
            boolean isOne = start == end && first == start;
            Set<Integer> looked = new HashSet<>(isOne ? List.of(first) : List.of(first, second));
            int strict = (looked.contains(start) ? 1 : 0) + (looked.contains(end) ? 1 : 0);
            long between = looked.stream().filter(t -> t > start && t < end).count();
            long strictMisses = looked.stream().filter(t -> t != start && t != end).count();
            assertThat(got.strictHits()).isEqualTo(strict);
            assertThat(got.hits()).isEqualTo((int) (strict + between));
            assertThat(got.strictUnion()).isEqualTo((int) (2 + strictMisses));
            assertThat(got.union()).isEqualTo((int) (2 + strictMisses - between));
        }
    }

    private static int largest(double[] relevance, int without) {
        int best = -1;
        for (int t = 0; t < relevance.length; t++) {
            if (t != without && (best < 0 || value(relevance[t]) > value(relevance[best]))) {
                best = t;
            }
        }
        return best;
    }

    private static double value(double relevance) {
        return Double.isNaN(relevance) ? Double.NEGATIVE_INFINITY : relevance;
    }
}
