package io.github.lrp4j.evaluate.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Exact match and F1 of an answer as SQuAD's official evaluation counts them (Rajpurkar et al. 2016, arXiv 1606.05250, section
 * 6.1): texts in lower case, without ASCII punctuation, without the words a, an, the, with single blanks; the best over all
 * right answers.
 */
public final class AnswerScore {
    private static final Pattern PUNCTUATION = Pattern.compile("[!-/:-@\\[-`{-~]");
    private static final Pattern ARTICLES = Pattern.compile("\\b(a|an|the)\\b", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern BLANKS = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);

    private AnswerScore() {
    }

    /** A text as it is compared. */
    static String normalized(String text) {
        String plain = PUNCTUATION.matcher(text.toLowerCase(Locale.ROOT)).replaceAll("");
        return BLANKS.matcher(ARTICLES.matcher(plain).replaceAll(" ")).replaceAll(" ").strip();
    }

    /** 1 if the answer is one of the right ones, else 0. Where there is no right one, the empty answer is right. */
    public static double exactMatch(String answer, List<String> right) {
        String given = normalized(answer);
        return orNone(right).stream().anyMatch(one -> normalized(one).equals(given)) ? 1 : 0;
    }

    /**
     * {@code max over right answers of 2 p r / (p + r)} with p the share of the words of the answer that the right one has,
     * each as often as it is there, and r that of the right one's in the answer; of a text without words, 1 if both have
     * none.
     */
    public static double f1(String answer, List<String> right) {
        return orNone(right).stream().mapToDouble(one -> f1(words(answer), words(one))).max().orElse(0);
    }

    private static List<String> orNone(List<String> right) {
        List<String> answers = right.stream().filter(one -> !normalized(one).isEmpty()).toList();
        return answers.isEmpty() ? List.of("") : answers;
    }

    private static List<String> words(String text) {
        String plain = normalized(text);
        return plain.isEmpty() ? List.of() : Arrays.asList(plain.split(" ", -1));
    }

    private static double f1(List<String> given, List<String> right) {
        if (given.isEmpty() || right.isEmpty()) {
            return given.equals(right) ? 1 : 0;
        }
        List<String> left = new ArrayList<>(right);
        int common = 0;
        for (String word : given) {
            common += left.remove(word) ? 1 : 0;
        }
        return common == 0 ? 0 : 2.0 * common / (given.size() + right.size());
    }
}
