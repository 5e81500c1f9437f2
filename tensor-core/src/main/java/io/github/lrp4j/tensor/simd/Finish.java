package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Epilogue;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * An {@link Epilogue} in place, on elements of a result that a thread has just written and still has in its nearest cache.
 *
 * <p>The result is a matrix; the bias has a number per row or per column of it. Each element takes the same steps as in
 * {@link Elementwise}, so that the bits are the same.
 *
 * @param bias null for none
 * @param biasAt position of the first row's, or column's, number
 * @param perRow whether there is a number of the bias per row
 * @param addend null for none
 * @param addendAt distance from the position of an element in the result to its position in the addend
 * @param rectify whether f is a ReLU
 * @param activation any other f, null for none
 * @param factor null for none
 * @param factorAt distance from the position of an element in the result to its position in the factor
 */
record Finish(float[] bias, int biasAt, boolean perRow, float[] addend, int addendAt, boolean rectify,
        Loops.One activation, float[] factor, int factorAt) {
    private static final VectorSpecies<Float> F = Species.F;
    private static final int LANES = F.length();

    /** Of a result that fills an array from its start; null if nothing is to be done. */
    static Finish of(Epilogue epilogue, boolean perRow) {
        Tensor bias = epilogue.bias();
        Tensor addend = epilogue.addend();
        UnaryFn f = epilogue.activation();
        Tensor factor = epilogue.factor();
        if (bias == null && addend == null && f == null && factor == null) {
            return null;
        }
        boolean rectify = f != null && f.kind() == UnaryFn.Kind.RELU;
        boolean dense = bias == null || bias.isContiguous();
        return new Finish(bias == null ? null : dense ? bias.floats() : bias.toFloatArray(),
                bias == null || !dense ? 0 : (int) bias.offset(), perRow,
                addend == null ? null : addend.floats(), addend == null ? 0 : (int) addend.offset(), rectify,
                f == null || rectify ? null : UnaryLoops.of(f), factor == null ? null : factor.floats(),
                factor == null ? 0 : (int) factor.offset());
    }

    /** With row {@code row} as the first. */
    Finish from(int row) {
        return perRow
                ? new Finish(bias, biasAt + row, true, addend, addendAt, rectify, activation, factor, factorAt)
                : this;
    }

    /** Rows and columns exchanged. */
    Finish transposed() {
        return new Finish(bias, biasAt, !perRow, addend, addendAt, rectify, activation, factor, factorAt);
    }

    /** Finishes {@code rows} x {@code columns} elements of {@code y}, the first at {@code at}, rows {@code stride} apart. */
    void block(float[] y, int at, int stride, int row, int rows, int column, int columns) {
        for (int i = 0; i < rows; i++) {
            line(y, at + i * stride, columns, row + i, column);
        }
    }

    /** Finishes {@code n} elements of row {@code row} from column {@code column} on. */
    void line(float[] y, int at, int n, int row, int column) {
        if (bias != null && perRow && rectify && factor == null) {
            // What follows convolutions most often, in one pass.
            if (addend == null) {
                rectifySum(bias[biasAt + row], y, at, n);
            } else {
                rectifySum(bias[biasAt + row], addend, addendAt + at, y, at, n);
            }
            return;
        }
        if (bias != null && perRow) {
            addNumber(bias[biasAt + row], y, at, n);
        } else if (bias != null) {
            add(bias, biasAt + column, y, at, n);
        }
        if (addend != null) {
            add(addend, addendAt + at, y, at, n);
        }
        if (rectify) {
            rectify(y, at, n);
        } else if (activation != null) {
            activation.apply(y, at, y, at, n);
        }
        if (factor != null) {
            multiply(factor, factorAt + at, y, at, n);
        }
    }

    private static void rectifySum(float number, float[] y, int at, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector v = FloatVector.fromArray(F, y, at + i).add(number);
            v.blend(0, v.compare(VectorOperators.LE, 0)).intoArray(y, at + i);
        }
        for (; i < n; i++) {
            float v = y[at + i] + number;
            y[at + i] = v <= 0 ? 0 : v;
        }
    }

    private static void rectifySum(float number, float[] x, int xo, float[] y, int at, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector v = FloatVector.fromArray(F, y, at + i).add(number).add(FloatVector.fromArray(F, x, xo + i));
            v.blend(0, v.compare(VectorOperators.LE, 0)).intoArray(y, at + i);
        }
        for (; i < n; i++) {
            float v = y[at + i] + number + x[xo + i];
            y[at + i] = v <= 0 ? 0 : v;
        }
    }

    private static void addNumber(float number, float[] y, int at, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector.fromArray(F, y, at + i).add(number).intoArray(y, at + i);
        }
        for (; i < n; i++) {
            y[at + i] += number;
        }
    }

    private static void add(float[] x, int xo, float[] y, int at, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector.fromArray(F, y, at + i).add(FloatVector.fromArray(F, x, xo + i)).intoArray(y, at + i);
        }
        for (; i < n; i++) {
            y[at + i] += x[xo + i];
        }
    }

    private static void multiply(float[] x, int xo, float[] y, int at, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector.fromArray(F, y, at + i).mul(FloatVector.fromArray(F, x, xo + i)).intoArray(y, at + i);
        }
        for (; i < n; i++) {
            y[at + i] *= x[xo + i];
        }
    }

    private static void rectify(float[] y, int at, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector v = FloatVector.fromArray(F, y, at + i);
            v.blend(0, v.compare(VectorOperators.LE, 0)).intoArray(y, at + i);
        }
        for (; i < n; i++) {
            y[at + i] = y[at + i] <= 0 ? 0 : y[at + i];
        }
    }
}
