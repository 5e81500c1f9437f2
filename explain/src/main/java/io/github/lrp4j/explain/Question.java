package io.github.lrp4j.explain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What is asked about a picture or a text: which classes, and against what.
 *
 * @param targets the classes to explain, by number; empty for the most likely ones
 * @param count how many of the most likely classes where no targets are named
 * @param against what each class is set against
 */
public record Question(List<Integer> targets, int count, Against against) {
    /** Copies, checks. */
    public Question {
        targets = List.copyOf(targets);
        if (count < 1) {
            throw new IllegalArgumentException("question: asks for " + count + " classes; ask for one at least");
        }
    }

    /** Why the most likely class? */
    public static Question top1() {
        return top(1);
    }

    /** Why each of the {@code count} most likely classes? */
    public static Question top(int count) {
        return new Question(List.of(), count, new Against.Nothing());
    }

    /** Why this class, or each of these? */
    public static Question classes(int... targets) {
        return new Question(Arrays.stream(targets).boxed().toList(), targets.length, new Against.Nothing());
    }

    /** This question, each class set against another one. */
    public Question against(Against other) {
        return new Question(targets, count, other);
    }

    /** What a class is set against. */
    public sealed interface Against {
        /** Nothing: what speaks for the class. */
        record Nothing() implements Against {
        }

        /** The most likely other class. */
        record Strongest() implements Against {
        }

        /** A class of the user's choice. */
        record Other(int index) implements Against {
        }
    }

    /**
     * One class to explain.
     *
     * @param target the class
     * @param against the class that it is set against
     */
    public record Part(Prediction target, Optional<Prediction> against) {
    }

    /**
     * The parts of this question where a model said this.
     *
     * @param ranking all classes, the most likely first
     * @throws IllegalArgumentException if there is no such class, or a class would be set against itself
     */
    List<Part> parts(List<Prediction> ranking) {
        List<Part> parts = new ArrayList<>();
        for (Prediction target : wanted(ranking)) {
            parts.add(new Part(target, switch (against) {
                case Against.Nothing _ -> Optional.empty();
                case Against.Strongest _ -> Optional.of(ranking.stream()
                        .filter(p -> p.index() != target.index()).findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("question: " + target.label()
                                + " cannot be set against another class; there is no other")));
                case Against.Other(int index) -> Optional.of(other(ranking, target, index));
            }));
        }
        return parts;
    }

    private static Prediction other(List<Prediction> ranking, Prediction target, int index) {
        if (target.index() == index) {
            throw new IllegalArgumentException("question: class " + index + ", " + target.label()
                    + ", cannot be set against itself; nothing would be left");
        }
        return find(ranking, index);
    }

    private List<Prediction> wanted(List<Prediction> ranking) {
        if (!targets.isEmpty()) {
            return targets.stream().map(index -> find(ranking, index)).toList();
        }
        // A class is not set against itself: the next one takes its place.
        List<Prediction> likeliest = ranking.stream()
                .filter(p -> !(against instanceof Against.Other(int index)) || p.index() != index)
                .limit(count).toList();
        if (likeliest.isEmpty()) {
            throw new IllegalArgumentException("question: there is no class but " + ranking.getFirst().label()
                    + ", which cannot be set against itself");
        }
        return likeliest;
    }

    private static Prediction find(List<Prediction> ranking, int index) {
        return ranking.stream().filter(p -> p.index() == index).findFirst().orElseThrow(
                () -> new IllegalArgumentException("question: there is no class " + index + ", there are "
                        + ranking.size()));
    }
}
