package io.github.lrp4j.zoo.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * {@code pattern -> tree}: a regular expression in the syntax of Oniguruma, as far as published tokenizers use it, read
 * in one pass. What is left out (references, calls, conditions, comments) is what {@link PatternCheck} could not
 * judge.
 */
final class PatternTree {
    /** A part of a pattern. */
    sealed interface Part {
        /** Whether it may fail to match. */
        boolean mayFail();
    }

    /** One character, or a condition on a place that is decided at once. */
    record Single() implements Part {
        @Override
        public boolean mayFail() {
            return true;
        }
    }

    /** One part after another. */
    record Sequence(List<Part> parts) implements Part {
        @Override
        public boolean mayFail() {
            return parts.stream().anyMatch(Part::mayFail);
        }
    }

    /** One part or another. */
    record Alternatives(List<Part> parts) implements Part {
        @Override
        public boolean mayFail() {
            return parts.stream().allMatch(Part::mayFail);
        }
    }

    /** A part several times; {@code most} is -1 for no bound. */
    record Repetition(Part body, int least, int most) implements Part {
        @Override
        public boolean mayFail() {
            return least > 0 && body.mayFail();
        }
    }

    /** A part that is never taken up again once it has matched: a look ahead or behind, an atomic group. */
    record Atomic(Part body) implements Part {
        @Override
        public boolean mayFail() {
            return true;
        }
    }

    private static final int DEEPEST = 50;
    private static final int MOST_REPEATED = 1000;
    private static final Pattern COUNT = Pattern.compile("\\d{1,5}|\\d{1,5},|,\\d{1,5}|\\d{1,5},\\d{1,5}");
    private static final String UNKNOWN_ESCAPES = "123456789kgKXRyYON";
    private static final List<String> LOOKS = List.of("?=", "?!", "?<=", "?<!", "?>");

    private final String pattern;
    private final Function<String, TokenizerException> refusal;
    private int at;
    private int depth;

    private PatternTree(String pattern, Function<String, TokenizerException> refusal) {
        this.pattern = pattern;
        this.refusal = refusal;
    }

    /**
     * The tree of {@code pattern}.
     *
     * @param refusal makes the exception for what is wrong with it
     */
    static Part of(String pattern, Function<String, TokenizerException> refusal) throws TokenizerException {
        PatternTree tree = new PatternTree(pattern, refusal);
        Part whole = tree.alternatives();
        if (tree.at < pattern.length()) {
            throw refusal.apply("has a ) too many");
        }
        return whole;
    }

    private boolean isNext(String text) {
        return pattern.startsWith(text, at);
    }

    private Part alternatives() throws TokenizerException {
        if (++depth > DEEPEST) {
            throw refusal.apply("has more than " + DEEPEST + " groups within each other");
        }
        List<Part> parts = new ArrayList<>();
        parts.add(sequence());
        while (isNext("|")) {
            at++;
            parts.add(sequence());
        }
        depth--;
        return parts.size() == 1 ? parts.getFirst() : new Alternatives(List.copyOf(parts));
    }

    private Part sequence() throws TokenizerException {
        List<Part> parts = new ArrayList<>();
        while (at < pattern.length() && !isNext(")") && !isNext("|")) {
            Part part = atom();
            for (Repetition next = repetition(part); next != null; next = repetition(part)) {
                part = next;
            }
            parts.add(part);
        }
        return new Sequence(List.copyOf(parts));
    }

    /** The repetition of {@code body} that begins here; null if none does. */
    private Repetition repetition(Part body) throws TokenizerException {
        if (++depth > DEEPEST) {
            throw refusal.apply("repeats repetitions too often");
        }
        Repetition repetition = switch (at < pattern.length() ? pattern.charAt(at) : ' ') {
            case '*' -> new Repetition(body, 0, -1);
            case '+' -> new Repetition(body, 1, -1);
            case '?' -> new Repetition(body, 0, 1);
            case '{' -> counted(body);
            default -> null;
        };
        depth--;
        if (repetition != null) {
            at++;
            // Reluctant and possessive forms are given up no more often than greedy ones.
            if (isNext("?") || isNext("+")) {
                at++;
            }
        }
        return repetition;
    }

    /** Stays before the closing brace; null where the braces stand for themselves. */
    private Repetition counted(Part body) throws TokenizerException {
        int close = pattern.indexOf('}', at);
        String inside = close < 0 ? "" : pattern.substring(at + 1, close);
        if (!COUNT.matcher(inside).matches()) {
            return null;
        }
        int comma = inside.indexOf(',');
        String first = comma < 0 ? inside : inside.substring(0, comma);
        String last = comma < 0 ? inside : inside.substring(comma + 1);
        int least = first.isEmpty() ? 0 : Integer.parseInt(first);
        int most = last.isEmpty() ? -1 : Integer.parseInt(last);
        if (Math.max(least, most) > MOST_REPEATED) {
            throw refusal.apply("repeats {" + inside + "}, more than " + MOST_REPEATED + " times");
        }
        at = close;
        return new Repetition(body, least, most);
    }

    private Part atom() throws TokenizerException {
        switch (pattern.charAt(at)) {
            case '(' -> {
                return group();
            }
            case '[' -> set();
            case '\\' -> escape();
            default -> at++;
        }
        return new Single();
    }

    private void escape() throws TokenizerException {
        if (at + 1 >= pattern.length()) {
            throw refusal.apply("ends within an escape");
        }
        char escaped = pattern.charAt(at + 1);
        at += 2;
        if (UNKNOWN_ESCAPES.indexOf(escaped) >= 0) {
            throw refusal.apply("has \\" + escaped + ", which is not supported");
        }
        if ("pPxo".indexOf(escaped) >= 0 && isNext("{")) {
            int close = pattern.indexOf('}', at);
            if (close < 0) {
                throw refusal.apply("has a { that is not closed");
            }
            at = close + 1;
        }
    }

    /** Skips a set of characters with the sets in it. */
    private void set() throws TokenizerException {
        int open = 0;
        do {
            if (at >= pattern.length()) {
                throw refusal.apply("has a [ that is not closed");
            }
            char c = pattern.charAt(at++);
            if (c == '\\') {
                at++;
            } else if (isNext(":") && c == '[' && open > 0) {
                at++;
                open++;
            } else if (c == '[') {
                if (++open > DEEPEST) {
                    throw refusal.apply("has more than " + DEEPEST + " sets within each other");
                }
                at += isNext("^") ? 1 : 0;
                // Right after its beginning, the end of a set stands for itself.
                at += isNext("]") ? 1 : 0;
            } else if (c == ']') {
                open--;
            }
        } while (open > 0);
    }

    private Part group() throws TokenizerException {
        at++;
        if (!isNext("?")) {
            return closed();
        }
        for (String look : LOOKS) {
            if (isNext(look)) {
                at += look.length();
                return new Atomic(closed());
            }
        }
        int end = at + 1;
        while (end < pattern.length() && "ims-".indexOf(pattern.charAt(end)) >= 0) {
            end++;
        }
        if (end < pattern.length() && pattern.charAt(end) == ':') {
            at = end + 1;
            return closed();
        }
        if (end < pattern.length() && pattern.charAt(end) == ')') {
            at = end + 1;
            // The options hold for the rest of the group, alternatives included: a group of its own.
            return alternatives();
        }
        int name = isNext("?<") ? pattern.indexOf('>', at) : -1;
        if (name < 0) {
            throw refusal.apply("has a group of a kind that is not supported, (" + pattern.charAt(at) + "...");
        }
        at = name + 1;
        return closed();
    }

    private Part closed() throws TokenizerException {
        Part inside = alternatives();
        if (!isNext(")")) {
            throw refusal.apply("has a ( that is not closed");
        }
        at++;
        return inside;
    }
}
