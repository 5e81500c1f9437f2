package io.github.lrp4j.tensor.kernels;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.util.Arrays;

/**
 * The numbers of one tensor in row-major order: in float64 for the floating types, in int64 for the integer types, so
 * that both are exact. What only moves, compares or adds numbers is written once over this.
 */
abstract sealed class Elements {
    private Elements() {
    }

    /** A copy of the numbers of {@code x}. */
    static Elements read(Tensor x) {
        return read(x, x.dtype());
    }

    /** A copy of the numbers of {@code x} in the carrier of {@code dtype}. */
    static Elements read(Tensor x, DType dtype) {
        return dtype.isFloating() ? new Reals(x.toDoubleArray()) : new Integers(x.toLongArray());
    }

    /** As many times {@code value} as {@code shape} has elements. */
    static Elements filled(double value, DType dtype, Shape shape) {
        if (dtype.isFloating()) {
            double[] values = new double[shape.arrayLength()];
            Arrays.fill(values, value);
            return new Reals(values);
        }
        long[] values = new long[shape.arrayLength()];
        Arrays.fill(values, (long) value);
        return new Integers(values);
    }

    /** Zeros. */
    static Elements zeros(DType dtype, Shape shape) {
        return filled(0, dtype, shape);
    }

    /** {@code this[i] = from[j]}. */
    abstract void set(int i, Elements from, int j);

    /** {@code this[i] += from[j]}. */
    abstract void add(int i, Elements from, int j);

    /** {@code this[i] *= from[j]}. */
    abstract void multiply(int i, Elements from, int j);

    /** Whether {@code this[i]} is larger (or smaller) than {@code this[j]}, or NaN where the other is not. */
    abstract boolean beats(int i, int j, boolean largest);

    /** The numbers as a tensor. */
    abstract Tensor toTensor(DType dtype, Shape shape);

    private static final class Reals extends Elements {
        private final double[] values;

        Reals(double[] values) {
            this.values = values;
        }

        @Override
        void set(int i, Elements from, int j) {
            values[i] = ((Reals) from).values[j];
        }

        @Override
        void add(int i, Elements from, int j) {
            values[i] += ((Reals) from).values[j];
        }

        @Override
        void multiply(int i, Elements from, int j) {
            values[i] *= ((Reals) from).values[j];
        }

        @Override
        boolean beats(int i, int j, boolean largest) {
            double a = values[i];
            double b = values[j];
            return !Double.isNaN(b) && (Double.isNaN(a) || (largest ? a > b : a < b));
        }

        @Override
        Tensor toTensor(DType dtype, Shape shape) {
            return Tensor.of(values, dtype, shape);
        }
    }

    private static final class Integers extends Elements {
        private final long[] values;

        Integers(long[] values) {
            this.values = values;
        }

        @Override
        void set(int i, Elements from, int j) {
            values[i] = ((Integers) from).values[j];
        }

        @Override
        void add(int i, Elements from, int j) {
            values[i] += ((Integers) from).values[j];
        }

        @Override
        void multiply(int i, Elements from, int j) {
            values[i] *= ((Integers) from).values[j];
        }

        @Override
        boolean beats(int i, int j, boolean largest) {
            return largest ? values[i] > values[j] : values[i] < values[j];
        }

        @Override
        Tensor toTensor(DType dtype, Shape shape) {
            return Tensor.of(values, shape).to(dtype);
        }
    }
}
