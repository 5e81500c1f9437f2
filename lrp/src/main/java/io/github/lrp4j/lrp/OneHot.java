package io.github.lrp4j.lrp;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Cells of an output chosen by their values: one class per row, where a row is what lies along the last dimension. */
final class OneHot {
    private OneHot() {
    }

    /** Number of classes: the size of the last dimension, at least 1. */
    static int requireClasses(Shape output) {
        if (output.rank() == 0 || output.size(-1) == 0) {
            throw new IllegalArgumentException("seed: output " + output + " has no classes along its last dimension");
        }
        return output.size(-1);
    }

    /** The type of relevance for an output: float64 stays, all else is explained in float32. */
    static DType dtype(Tensor output) {
        return output.dtype() == DType.F64 ? DType.F64 : DType.F32;
    }

    /** 1 at one class per row. */
    static Tensor at(Tensor output, int[] chosen) {
        int classes = requireClasses(output.shape());
        double[] start = new double[output.shape().arrayLength()];
        for (int row = 0; row < chosen.length; row++) {
            if (chosen[row] < 0 || chosen[row] >= classes) {
                throw new IllegalArgumentException("seed: class " + chosen[row] + " of output " + output.shape());
            }
            start[row * classes + chosen[row]] = 1;
        }
        return Tensor.of(start, dtype(output), output.shape());
    }

    /** The given class per row: one for all, or one each. */
    static int[] perRow(Tensor output, int[] wanted) {
        int rows = (int) (output.elements() / requireClasses(output.shape()));
        if (wanted.length != 1 && wanted.length != rows) {
            throw new IllegalArgumentException(
                    "seed: " + wanted.length + " target classes for " + rows + " samples of output " + output.shape());
        }
        return wanted.length == rows ? wanted : IntStream.range(0, rows).map(row -> wanted[0]).toArray();
    }

    /** Per row the class that {@code rank} others precede in descending order of their values. */
    static int[] ranked(Tensor output, int rank) {
        int classes = requireClasses(output.shape());
        if (rank >= classes) {
            throw new IllegalArgumentException(
                    "seed: rank " + rank + " of output " + output.shape() + ", which has " + classes + " classes");
        }
        double[] values = output.toDoubleArray();
        boolean[] passed = new boolean[values.length];
        int[] chosen = largest(values, passed, classes);
        for (int r = 0; r < rank; r++) {
            for (int row = 0; row < chosen.length; row++) {
                passed[row * classes + chosen[row]] = true;
            }
            chosen = largest(values, passed, classes);
        }
        return chosen;
    }

    /** Per row the class with the largest value among those where {@code start} is 0. */
    static int[] strongestOther(Tensor output, Tensor start) {
        int classes = requireClasses(output.shape());
        boolean[] taken = taken(start);
        int[] chosen = largest(output.toDoubleArray(), taken, classes);
        for (int row = 0; row < chosen.length; row++) {
            if (chosen[row] < 0) {
                throw noOther(output);
            }
        }
        return chosen;
    }

    /** {@code 1 / m} at the m cells of each row where {@code start} is 0. */
    static Tensor evenlyOverOthers(Tensor output, Tensor start) {
        int classes = requireClasses(output.shape());
        boolean[] taken = taken(start);
        double[] even = new double[taken.length];
        for (int first = 0; first < taken.length; first += classes) {
            int from = first;
            long others = IntStream.range(from, from + classes).filter(i -> !taken[i]).count();
            if (others == 0) {
                throw noOther(output);
            }
            for (int i = first; i < first + classes; i++) {
                even[i] = taken[i] ? 0 : 1.0 / others;
            }
        }
        return Tensor.of(even, dtype(output), output.shape());
    }

    private static IllegalArgumentException noOther(Tensor output) {
        return new IllegalArgumentException("seed: in a sample of output " + output.shape()
                + " relevance starts at every class, so there is no other to set against them");
    }

    private static boolean[] taken(Tensor start) {
        double[] values = start.toDoubleArray();
        boolean[] taken = new boolean[values.length];
        for (int i = 0; i < taken.length; i++) {
            taken[i] = values[i] != 0;
        }
        return taken;
    }

    /** Per row the first position of the largest value that is not excluded, or -1. */
    private static int[] largest(double[] values, boolean[] excluded, int classes) {
        int[] chosen = new int[values.length / classes];
        Arrays.fill(chosen, -1);
        for (int i = 0; i < values.length; i++) {
            int row = i / classes;
            int best = chosen[row];
            if (!excluded[i] && (best < 0 || values[i] > values[row * classes + best])) {
                chosen[row] = i % classes;
            }
        }
        return chosen;
    }
}
