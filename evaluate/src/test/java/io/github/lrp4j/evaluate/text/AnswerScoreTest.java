package io.github.lrp4j.evaluate.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AnswerScoreTest {
    private static final String[] WORDS = {"The", "a", "An", "cat,", "Cat", "dog", "(dog)", "it's", "4-5", "\u00c4pfel",
        "--", "theatre", "an\u00e4mie", "\u00a0", "x"};

    @Test
    void punctuationArticlesCaseAndBlanksDoNotCount() {
        assertThat(AnswerScore.exactMatch(" The  Cat,", List.of("dog", "cat"))).isOne();
        assertThat(AnswerScore.exactMatch("theatre", List.of("atre"))).isZero();
        assertThat(AnswerScore.exactMatch("it's", List.of("Its"))).isOne();
        assertThat(AnswerScore.exactMatch("", List.of())).isOne();
        assertThat(AnswerScore.exactMatch("x", List.of())).isZero();
    }

    @Test
    void wordsInCommonCountAsOftenAsTheyAreThere() {
        assertThat(AnswerScore.f1("cat cat dog", List.of("the cat"))).isCloseTo(2 * (1 / 3.0) / (1 / 3.0 + 1),
                within(1e-15));
        assertThat(AnswerScore.f1("a", List.of("the"))).isOne();
        assertThat(AnswerScore.f1("bird", List.of("cat", "a bird"))).isOne();
    }

    /** Counted again by other means: character by character, and word by word with strokes. */
    @Test
    void agreesWithASlowCount() {
        Random random = new Random(4);
        for (int trial = 0; trial < 500; trial++) {
            String given = text(random);
            List<String> right = List.of(text(random), text(random));
            double best = 0;
            double exact = 0;
            for (String one : right.stream().allMatch(r -> slowWords(r).isEmpty()) ? List.of("") : right) {
                if (slowWords(one).isEmpty() && right.stream().anyMatch(r -> !slowWords(r).isEmpty())) {
                    continue;
                }
                best = Math.max(best, slowF1(slowWords(given), slowWords(one)));
                exact = Math.max(exact, slowWords(given).equals(slowWords(one)) ? 1 : 0);
            }
            assertThat(AnswerScore.f1(given, right)).as("%s | %s", given, right).isCloseTo(best, within(1e-12));
            assertThat(AnswerScore.exactMatch(given, right)).as("%s | %s", given, right).isEqualTo(exact);
        }
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(5); n > 0; n--) {
            text.append(WORDS[random.nextInt(WORDS.length)]).append(random.nextBoolean() ? " " : "  ");
        }
        return text.toString();
    }

    private static List<String> slowWords(String text) {
        StringBuilder kept = new StringBuilder();
        for (char c : text.toCharArray()) {
            if (c >= 128 || Character.isLetterOrDigit(c) || c == ' ') {
                kept.append(c == '\u00a0' ? ' ' : Character.toLowerCase(c));
            }
        }
        List<String> words = new ArrayList<>();
        for (String word : kept.toString().split(" ", -1)) {
            if (!word.isEmpty() && !List.of("a", "an", "the").contains(word)) {
                words.add(word);
            }
        }
        return words;
    }

    private static double slowF1(List<String> given, List<String> right) {
        if (given.isEmpty() || right.isEmpty()) {
            return given.isEmpty() && right.isEmpty() ? 1 : 0;
        }
        boolean[] taken = new boolean[right.size()];
        double common = 0;
        for (String word : given) {
            for (int i = 0; i < taken.length; i++) {
                if (!taken[i] && right.get(i).equals(word)) {
                    taken[i] = true;
                    common++;
                    break;
                }
            }
        }
        double precision = common / given.size();
        double recall = common / right.size();
        return common == 0 ? 0 : 2 * precision * recall / (precision + recall);
    }
}
