package io.github.lrp4j.zoo.tokenizer;

import io.github.lrp4j.zoo.tokenizer.PatternTree.Alternatives;
import io.github.lrp4j.zoo.tokenizer.PatternTree.Atomic;
import io.github.lrp4j.zoo.tokenizer.PatternTree.Part;
import io.github.lrp4j.zoo.tokenizer.PatternTree.Repetition;
import io.github.lrp4j.zoo.tokenizer.PatternTree.Sequence;
import io.github.lrp4j.zoo.tokenizer.PatternTree.Single;

/**
 * {@code pattern -> cost}: how often at most, per character of a text, the matcher may have to go back for a regular
 * expression. The library's matcher (Oniguruma) gives up after ten million steps back from one place, and its caller
 * then ends the process; it also reads patterns by recursion.
 *
 * <p>A choice costs something only where what follows may fail, since a match is never given up otherwise:
 * {@code \s+(?!\S)} may go back once per blank, {@code \p{L}+} never. Refused is what may go back more often than in
 * proportion to the text: repetitions that can be given up beside each other ({@code a*a*b}) or within each other
 * ({@code (a+)+b}). The patterns of published tokenizers do neither.
 */
final class PatternCheck {
    /** Steps back from one place after which the library ends the process. */
    static final int MOST_STEPS = 10_000_000;

    private static final int LONGEST = 20_000;
    private static final int DEAREST = 1000;
    private static final int MOST_FIXED = 100_000;
    /** Repetitions of at most so often are choices rather than loops. */
    private static final int FEW = 16;

    /**
     * What a part may cost.
     *
     * @param choices in how many ways it may match at one place, repetitions without a bound aside
     * @param loops whether it has a repetition that may be given up bit by bit
     * @param fixed steps back within the part, whatever follows
     * @param running the same per character of the text
     */
    private record Cost(double choices, boolean loops, double fixed, double running) {
        static final Cost NONE = new Cost(1, false, 0, 0);
    }

    private final Faults faults;
    private final String path;
    private final String pattern;

    private PatternCheck(Faults faults, String path, String pattern) {
        this.faults = faults;
        this.path = path;
        this.pattern = pattern;
    }

    /**
     * Steps back per character of a text, at least 1.
     *
     * @param path where the pattern stands in the file
     * @throws TokenizerException if they may be more than in proportion to the text, or cannot be told
     */
    static double cost(Faults faults, String path, String pattern) throws TokenizerException {
        PatternCheck check = new PatternCheck(faults, path, pattern);
        if (pattern.length() > LONGEST) {
            throw check.refused("has " + pattern.length() + " characters, more than " + LONGEST);
        }
        // Nothing follows the whole, so its last choices are never given up.
        return Math.max(1, check.cost(PatternTree.of(pattern, check::refused), false).running());
    }

    private TokenizerException refused(String why) {
        return faults.at(path, "the regular expression " + Faults.shown(pattern) + " " + why);
    }

    private TokenizerException dear(String why) {
        return refused("could go back over a text again and again: " + why);
    }

    /** {@code followed}: whether what comes next may fail. Trees are of bounded depth. */
    private Cost cost(Part part, boolean followed) throws TokenizerException {
        Cost cost = switch (part) {
            case Single() -> Cost.NONE;
            case Atomic(Part body) -> {
                Cost inside = cost(body, false);
                yield new Cost(1, false, inside.fixed(), inside.running());
            }
            case Alternatives alternatives -> alternatives(alternatives, followed);
            case Sequence sequence -> sequence(sequence, followed);
            case Repetition repetition -> repetition(repetition, followed);
        };
        if (cost.running() > DEAREST || Math.max(cost.fixed(), cost.choices()) > MOST_FIXED) {
            throw dear("it leaves too many choices");
        }
        return cost;
    }

    private Cost alternatives(Alternatives alternatives, boolean followed) throws TokenizerException {
        double choices = 0;
        boolean loops = false;
        double fixed = alternatives.parts().size() - 1.0;
        double running = 0;
        for (Part part : alternatives.parts()) {
            Cost one = cost(part, followed);
            choices += one.choices();
            loops |= one.loops();
            fixed += one.fixed();
            running += one.running();
        }
        return new Cost(followed ? choices : 1, loops, fixed, running);
    }

    private Cost sequence(Sequence sequence, boolean followed) throws TokenizerException {
        Cost rest = Cost.NONE;
        boolean after = followed;
        for (int i = sequence.parts().size() - 1; i >= 0; i--) {
            Part part = sequence.parts().get(i);
            Cost first = cost(part, after);
            if (after) {
                if (first.loops() && (rest.loops() || rest.running() > 0)) {
                    throw dear("two repetitions follow one another, and what comes after them may fail");
                }
                // The rest is tried for each way to match the first part.
                rest = new Cost(first.choices() * rest.choices(), first.loops() || rest.loops(),
                        first.fixed() + first.choices() * (1 + rest.fixed()) - 1,
                        first.running() + first.choices() * rest.running() + (first.loops() ? 1 + rest.fixed() : 0));
            } else {
                rest = new Cost(1, false, first.fixed() + rest.fixed(), first.running() + rest.running());
            }
            after |= part.mayFail();
        }
        return rest;
    }

    private Cost repetition(Repetition repetition, boolean followed) throws TokenizerException {
        Cost body = cost(repetition.body(), followed);
        int most = repetition.most();
        if (most == 1) {
            return new Cost(followed ? body.choices() + (repetition.least() == 0 ? 1 : 0) : 1, body.loops(),
                    body.fixed(), body.running());
        }
        if (followed && (body.loops() || body.choices() > 1)) {
            throw dear("what is repeated may match in several ways, and what comes after it may fail");
        }
        if (body.running() > 0) {
            throw dear("a repetition is repeated");
        }
        if (most == repetition.least() || most > 0 && most - repetition.least() < FEW) {
            return new Cost(followed ? most - repetition.least() + 1.0 : 1, false, body.fixed() * most, 0);
        }
        // Steps of the body are made once per turn, and a turn takes a character.
        return new Cost(1, followed, 0, body.fixed());
    }
}
