package io.github.lrp4j.cli.explain;

import io.github.lrp4j.explain.Question;
import io.github.lrp4j.cli.console.UserError;
import io.github.lrp4j.explain.Question.Against;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Finds the classes that a user means. */
final class Targets {
    /** What {@code --against} calls the most likely other class. */
    static final String NEXT = "next";

    private static final int SHOWN = 5;

    private Targets() {
    }

    /**
     * The question that these options ask.
     *
     * @param target what {@code --target} says, or null
     * @param classes what {@code --classes} says, or null
     * @param against what {@code --against} says, or null
     * @param model what messages call the model
     * @param labels names of its classes
     */
    static Question question(String target, Integer classes, String against, String model,
            List<String> labels) {
        if (target != null && classes != null) {
            throw UserError.usage("--target and --classes exclude each other");
        }
        Against other = against == null
                ? new Against.Nothing()
                : against.equalsIgnoreCase(NEXT)
                        ? new Against.Strongest()
                        : new Against.Other(one("--against", against, model, labels));
        if (other instanceof Against.Strongest && labels.size() < 2) {
            throw UserError.usage("--against " + against + ": " + model + " has no other class");
        }
        int choice = labels.size() - (other instanceof Against.Other ? 1 : 0);
        if (classes != null && (classes < 1 || classes > choice)) {
            throw UserError.usage("--classes must be 1 to " + choice + ", got " + classes);
        }
        List<Integer> targets = target == null ? List.of() : several(target, model, labels);
        if (other instanceof Against.Other same && targets.contains(same.index())) {
            throw UserError.usage("--against " + against + ": is among the classes to explain");
        }
        return new Question(targets, classes == null ? 1 : classes, other);
    }

    /** One class, or several between commas; a name may hold commas of its own. */
    private static List<Integer> several(String text, String model, List<String> labels) {
        if (find(text, labels).isPresent() || !text.contains(",")) {
            return List.of(one("--target", text, model, labels));
        }
        return Stream.of(text.split(",", -1)).map(part -> one("--target", part.strip(), model, labels)).distinct()
                .toList();
    }

    /** The class with this number, or with this name in upper or lower case. */
    private static int one(String option, String text, String model, List<String> labels) {
        return find(text, labels).orElseThrow(() -> UserError.usage(
                option + " " + text + ": " + model + " has the classes 0 to " + (labels.size() - 1)
                        + " (" + String.join(", ", labels.subList(0, Math.min(SHOWN, labels.size())))
                        + (labels.size() > SHOWN ? ", ..." : "")
                        + ")"));
    }

    private static OptionalInt find(String text, List<String> labels) {
        if (text.matches("-?\\d{1,9}")) {
            int index = Integer.parseInt(text);
            return index >= 0 && index < labels.size() ? OptionalInt.of(index) : OptionalInt.empty();
        }
        return IntStream.range(0, labels.size()).filter(c -> labels.get(c).equalsIgnoreCase(text)).findFirst();
    }
}
