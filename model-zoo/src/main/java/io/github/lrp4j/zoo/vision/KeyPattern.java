package io.github.lrp4j.zoo.vision;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The beginning of a key with numbers in it, as in <code>layer{S+1}.{B}.conv{K+1}.</code>: a letter in braces stands for a
 * number, which may be written one higher.
 */
final class KeyPattern {
    private static final Pattern NUMBER = Pattern.compile("\\{([A-Z])(\\+1)?}");

    /**
     * What a key says.
     *
     * @param numbers by letter
     * @param rest what follows the beginning
     */
    record Match(Map<String, Integer> numbers, String rest) {
    }

    private final String text;
    private final Pattern expression;
    private final List<String> letters = new ArrayList<>();
    private final List<Integer> offsets = new ArrayList<>();

    /** The pattern written so. */
    KeyPattern(String text) {
        this.text = text;
        StringBuilder written = new StringBuilder();
        Matcher number = NUMBER.matcher(text);
        int at = 0;
        while (number.find()) {
            written.append(Pattern.quote(text.substring(at, number.start()))).append("(0|[1-9]\\d{0,3})");
            letters.add(number.group(1));
            offsets.add(number.group(2) == null ? 0 : 1);
            at = number.end();
        }
        expression = Pattern.compile(written + Pattern.quote(text.substring(at)));
    }

    /** What {@code key} says, if it begins so. */
    Optional<Match> match(String key) {
        Matcher matcher = expression.matcher(key);
        if (!matcher.lookingAt()) {
            return Optional.empty();
        }
        Map<String, Integer> numbers = new HashMap<>();
        for (int i = 0; i < letters.size(); i++) {
            int value = Integer.parseInt(matcher.group(i + 1)) - offsets.get(i);
            if (value < 0) {
                return Optional.empty();
            }
            numbers.put(letters.get(i), value);
        }
        return Optional.of(new Match(numbers, key.substring(matcher.end())));
    }

    /** The key that begins so and says this. */
    String key(Match match) {
        return NUMBER.matcher(text).replaceAll(number -> String.valueOf(
                match.numbers().get(number.group(1)) + (number.group(2) == null ? 0 : 1))) + match.rest();
    }
}
