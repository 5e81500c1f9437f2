package io.github.lrp4j.tensor.simd;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The loops of a kernel that walks a source and a target array together, outermost first: dimensions of size 1 are
 * dropped and neighbours that both arrays step through evenly are one loop.
 */
final class LoopNest {
    /**
     * One loop.
     *
     * @param size number of iterations
     * @param source step in the source array
     * @param target step in the target array
     */
    record Axis(int size, int source, int target) {
        private boolean continues(Axis inner) {
            return source == inner.source * inner.size && target == inner.target * inner.size;
        }
    }

    /** Target order: the largest steps of the target outermost. */
    static final Comparator<Axis> BY_TARGET = Comparator.comparingInt((Axis axis) -> -axis.target);

    /** Source order: the largest steps of the source outermost, and before them the repeated elements. */
    static final Comparator<Axis> BY_SOURCE =
            Comparator.comparingInt((Axis axis) -> axis.source == 0 ? Integer.MIN_VALUE : -axis.source);

    private final List<Axis> axes;

    private LoopNest(List<Axis> axes) {
        this.axes = axes;
    }

    /** The loops over {@code sizes} with these steps, in {@code order}. At least one loop. */
    static LoopNest of(int[] sizes, int[] source, int[] target, Comparator<Axis> order) {
        List<Axis> sorted = new ArrayList<>();
        for (int d = 0; d < sizes.length; d++) {
            if (sizes[d] != 1) {
                sorted.add(new Axis(sizes[d], source[d], target[d]));
            }
        }
        sorted.sort(order);
        List<Axis> merged = new ArrayList<>();
        for (Axis axis : sorted) {
            if (!merged.isEmpty() && merged.getLast().continues(axis)) {
                Axis outer = merged.removeLast();
                merged.add(new Axis(outer.size * axis.size, axis.source, axis.target));
            } else {
                merged.add(axis);
            }
        }
        if (merged.isEmpty()) {
            merged.add(new Axis(1, 1, 1));
        }
        return new LoopNest(merged);
    }

    /** The innermost loop. */
    Axis inner() {
        return axes.getLast();
    }

    /** All loops, outermost first. */
    List<Axis> axes() {
        return axes;
    }

    /** These loops without {@code axis}. */
    LoopNest without(Axis axis) {
        List<Axis> rest = new ArrayList<>(axes);
        rest.remove(axis);
        return new LoopNest(rest);
    }

    /** The loops that move the target (or, where not {@code moving}, those that do not). */
    LoopNest where(boolean moving) {
        return new LoopNest(axes.stream().filter(axis -> axis.target != 0 == moving).toList());
    }

    /** Number of iterations of all loops together. */
    int count() {
        int count = 1;
        for (Axis axis : axes) {
            count *= axis.size;
        }
        return count;
    }

    /** Position in the source, from its start, at iteration {@code i}. */
    int source(int i) {
        return from(i).source;
    }

    /** Position in the target, from its start, at iteration {@code i}. */
    int target(int i) {
        return from(i).target;
    }

    /** A walk through the iterations that starts at iteration {@code i}. */
    Walk from(int i) {
        return new Walk(axes, i);
    }

    /** Positions in both arrays, iteration by iteration. */
    static final class Walk {
        private final int[] sizes;
        private final int[] sourceSteps;
        private final int[] targetSteps;
        private final int[] index;
        /** Position in the source, from its start. */
        int source;
        /** Position in the target, from its start. */
        int target;

        private Walk(List<Axis> axes, int i) {
            int rank = axes.size();
            sizes = new int[rank];
            sourceSteps = new int[rank];
            targetSteps = new int[rank];
            index = new int[rank];
            int rest = i;
            for (int d = rank - 1; d >= 0; d--) {
                Axis axis = axes.get(d);
                sizes[d] = axis.size;
                sourceSteps[d] = axis.source;
                targetSteps[d] = axis.target;
                index[d] = rest % axis.size;
                rest /= axis.size;
                source += index[d] * axis.source;
                target += index[d] * axis.target;
            }
        }

        /** Goes to the next iteration; after the last one to the first. */
        void next() {
            for (int d = sizes.length - 1; d >= 0; d--) {
                source += sourceSteps[d];
                target += targetSteps[d];
                if (++index[d] < sizes[d]) {
                    return;
                }
                source -= sizes[d] * sourceSteps[d];
                target -= sizes[d] * targetSteps[d];
                index[d] = 0;
            }
        }
    }
}
