package io.github.lrp4j.cli.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is asked about a picture: which classes, and against what.
 *
 * @param targets the classes to explain, by number; empty for the most likely ones
 * @param count how many of the most likely classes where no targets are named
 * @param against what each class is set against
 */
record Question(List<Integer> targets, int count, Against against) {
    /** What a class is set against. */
    sealed interface Against {
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
    record Part(Prediction target, Optional<Prediction> against) {
    }

    /**
     * The parts of this question for a picture.
     *
     * @param ranking all classes, the most likely first
     */
    List<Part> parts(List<Prediction> ranking) {
        List<Part> parts = new ArrayList<>();
        for (Prediction target : wanted(ranking)) {
            parts.add(new Part(target, switch (against) {
                case Against.Nothing nothing -> Optional.empty();
                case Against.Strongest strongest ->
                    ranking.stream().filter(p -> p.index() != target.index()).findFirst();
                case Against.Other other -> Optional.of(find(ranking, other.index()));
            }));
        }
        return parts;
    }

    private List<Prediction> wanted(List<Prediction> ranking) {
        if (!targets.isEmpty()) {
            return targets.stream().map(index -> find(ranking, index)).toList();
        }
        // A class is not set against itself: the next one takes its place.
        return ranking.stream().filter(p -> !(against instanceof Against.Other other) || p.index() != other.index())
                .limit(count).toList();
    }

    private static Prediction find(List<Prediction> ranking, int index) {
        return ranking.stream().filter(p -> p.index() == index).findFirst().orElseThrow();
    }
}
