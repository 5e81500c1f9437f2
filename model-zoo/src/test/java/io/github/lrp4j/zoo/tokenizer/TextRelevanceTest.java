package io.github.lrp4j.zoo.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TextRelevanceTest {
    static List<GoldenTokenizer> tokenizers() throws IOException {
        return GoldenTokenizer.all();
    }

    private static Token token(int start, int end, int word) {
        return new Token(0, "", new Span(start, end), 0, word, 0, false, true);
    }

    private static Token special() {
        return new Token(0, "", Span.NONE, 0, Token.NONE, Token.NONE, true, true);
    }

    private static TextRelevance of(String text, double[] relevance, Token... tokens) {
        return TextRelevance.of(new Encoding(List.of(tokens), List.of(text)), 0, relevance);
    }

    @Test
    void tokensOfAWordAddUp() {
        TextRelevance relevance = of("the exam.", new double[] {9, 1, 2, 4, 8}, special(), token(0, 3, 0),
                token(4, 6, 1), token(6, 8, 1), token(8, 9, 2));

        assertThat(relevance.words()).containsExactly(new WordRelevance(new Span(0, 3), "the", 1),
                new WordRelevance(new Span(4, 8), "exam", 6), new WordRelevance(new Span(8, 9), ".", 8));
        assertThat(relevance.elsewhere()).isEqualTo(9);
        assertThat(relevance.characters()).containsExactly(1 / 3.0, 1 / 3.0, 1 / 3.0, 0, 1.5, 1.5, 1.5, 1.5, 8);
    }

    /** As SentencePiece without words has it: one word number for all, blanks at either side of a token. */
    @Test
    void whiteSpaceEndsAWordWhateverTheNumbersSay() {
        TextRelevance relevance = of("as it is", new double[] {1, 2, 4, 8}, token(0, 3, 0), token(3, 4, 0),
                token(4, 5, 0), token(5, 8, 0));

        assertThat(relevance.words()).extracting(WordRelevance::word).containsExactly("as", "it", "is");
        assertThat(relevance.words()).extracting(WordRelevance::relevance).containsExactly(1.0, 6.0, 8.0);
    }

    @Test
    void aBlankBelongsToTheWordThatItTouches() {
        TextRelevance relevance = of("a b", new double[] {1, 2, 4}, token(0, 1, 0), token(1, 2, 1), token(2, 3, 1));

        assertThat(relevance.words()).containsExactly(new WordRelevance(new Span(0, 1), "a", 1),
                new WordRelevance(new Span(2, 3), "b", 6));
    }

    @Test
    void aLineBreakOfItsOwnIsShown() {
        TextRelevance relevance = of("a\nb", new double[] {1, 2, 4}, token(0, 1, 0), token(1, 2, 1), token(2, 3, 2));

        assertThat(relevance.words()).extracting(WordRelevance::word).containsExactly("a", "\n", "b");
    }

    @Test
    void tokensWithoutCharactersGoToANeighbour() {
        assertThat(of("a b", new double[] {1, 2, 4}, token(0, 1, 0), token(1, 1, 1), token(2, 3, 2)).words())
                .extracting(WordRelevance::relevance).containsExactly(1.0, 6.0);
        assertThat(of("a ", new double[] {1, 2}, token(0, 1, 0), token(2, 2, 1)).words())
                .containsExactly(new WordRelevance(new Span(0, 1), "a", 3));
        assertThat(of("", new double[] {2}, token(0, 0, 0)).elsewhere()).isEqualTo(2);
    }

    @Test
    void bytesOfOneCharacterAreOneWord() {
        TextRelevance relevance = of("x \uD83D\uDE00", new double[] {1, 2, 4, 8}, token(0, 1, 0), token(2, 4, 1),
                token(2, 4, 1), token(2, 4, 1));

        assertThat(relevance.words().getLast()).isEqualTo(new WordRelevance(new Span(2, 4), "\uD83D\uDE00", 14));
        assertThat(relevance.characters()).containsExactly(1, 0, 7, 7);
    }

    @Test
    void mismatchesAreRefused() {
        Encoding encoding = new Encoding(List.of(special()), List.of("a"));

        assertThatThrownBy(() -> TextRelevance.of(encoding, 0, new double[2]))
                .hasMessageContaining("2 relevances for 1 tokens");
        assertThatThrownBy(() -> TextRelevance.of(encoding, 1, new double[1])).hasMessageContaining("no text 1");
    }

    /** On every reference text: nothing is lost, words are in order and inside the text, none spans white space. */
    @ParameterizedTest
    @MethodSource("tokenizers")
    void nothingIsLost(GoldenTokenizer golden) {
        SplittableRandom random = new SplittableRandom(7);
        for (JsonNode pair : golden.cases().get("pairs")) {
            Encoding encoding = golden.tokenizer().encode(pair.get("question").asText(),
                    pair.get("context").asText(), true);
            double[] relevance = random.doubles(encoding.length(), -1, 1).toArray();
            double shown = 0;
            for (int sequence = 0; sequence < 2; sequence++) {
                TextRelevance one = TextRelevance.of(encoding, sequence, relevance);
                shown += check(one);
            }
            double elsewhere = 0;
            for (int i = 0; i < relevance.length; i++) {
                elsewhere += encoding.tokens().get(i).sequence() == Token.NONE ? relevance[i] : 0;
            }
            assertThat(shown + elsewhere).isCloseTo(Arrays.stream(relevance).sum(), within(1e-12));
        }
        for (JsonNode one : golden.cases().get("cases")) {
            Encoding encoding = golden.tokenizer().encode(one.get("text").asText(), true);
            double[] relevance = random.doubles(encoding.length(), -1, 1).toArray();
            TextRelevance merged = TextRelevance.of(encoding, 0, relevance);
            assertThat(check(merged) + merged.elsewhere()).as(merged.text())
                    .isCloseTo(Arrays.stream(relevance).sum(), within(1e-12));
        }
    }

    private static double check(TextRelevance relevance) {
        int last = 0;
        double sum = 0;
        for (WordRelevance word : relevance.words()) {
            assertThat(word.word()).isNotEmpty().isEqualTo(word.span().of(relevance.text()));
            assertThat(word.span().start()).isGreaterThanOrEqualTo(last);
            last = word.span().start();
            sum += word.relevance();
        }
        assertThat(Arrays.stream(relevance.characters()).sum()).isCloseTo(sum, within(1e-12));
        return sum;
    }
}
