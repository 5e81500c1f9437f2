package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.MappedNumbers;
import io.github.lrp4j.tensor.Tensor;

/**
 * A strided matrix in an array, or in a mapped file:
 * {@code element[i, j] = data[offset + i * rowStride + j * columnStride]}.
 *
 * @param data the numbers; null where they are in a file
 * @param file the numbers; null where they are in an array
 * @param offset position of element [0, 0]
 * @param rows number of rows
 * @param columns number of columns
 * @param rowStride distance between neighbours in a column; 1 where there is but one row
 * @param columnStride distance between neighbours in a row; 1 where there is but one column
 */
record Matrix(float[] data, MappedNumbers file, int offset, int rows, int columns, int rowStride, int columnStride) {
    /** Smaller files are read into an array, which is kept. */
    private static final int FEW = 1 << 14;

    Matrix {
        rowStride = rows <= 1 ? 1 : rowStride;
        columnStride = columns <= 1 ? 1 : columnStride;
    }

    /** A matrix in an array. */
    Matrix(float[] data, int offset, int rows, int columns, int rowStride, int columnStride) {
        this(data, null, offset, rows, columns, rowStride, columnStride);
    }

    /** As {@link #of}, but left where it is if it is large and in a file. */
    static Matrix whereItIs(Tensor tensor) {
        MappedNumbers file = tensor.storage().length() < FEW ? null : tensor.mappedNumbers().orElse(null);
        return file == null
                ? of(tensor)
                : new Matrix(null, file, Math.toIntExact(tensor.offset()), tensor.size(-2), tensor.size(-1),
                        Math.toIntExact(tensor.stride(-2)), Math.toIntExact(tensor.stride(-1)));
    }

    /** Whether the numbers are in a file. */
    boolean isInFile() {
        return file != null;
    }

    /** This matrix in an array: a fresh one if it is in a file. */
    Matrix loaded() {
        if (file == null) {
            return this;
        }
        int span = rows == 0 || columns == 0 ? 0 : (rows - 1) * rowStride + (columns - 1) * columnStride + 1;
        float[] values = new float[span];
        file.read(offset, values, 0, span);
        return new Matrix(values, 0, rows, columns, rowStride, columnStride);
    }

    /** The last two dimensions of {@code tensor} at index 0 of the leading ones. */
    static Matrix of(Tensor tensor) {
        return new Matrix(tensor.floats(), (int) tensor.offset(), tensor.size(-2), tensor.size(-1),
                (int) tensor.stride(-2), (int) tensor.stride(-1));
    }

    /** A row-major matrix without gaps. */
    static Matrix rowMajor(float[] data, int offset, int rows, int columns) {
        return new Matrix(data, offset, rows, columns, columns, 1);
    }

    /** Rows and columns exchanged, the same numbers. */
    Matrix transposed() {
        return new Matrix(data, file, offset, columns, rows, columnStride, rowStride);
    }

    /** The rows {@code from .. to - 1}. */
    Matrix slice(int from, int to) {
        return new Matrix(data, file, offset + from * rowStride, to - from, columns, rowStride, columnStride);
    }

    /** The columns {@code from .. to - 1}. */
    Matrix columns(int from, int to) {
        return new Matrix(data, file, offset + from * columnStride, rows, to - from, rowStride, columnStride);
    }

    /** The same matrix {@code distance} numbers further on. */
    Matrix shifted(int distance) {
        return new Matrix(data, file, offset + distance, rows, columns, rowStride, columnStride);
    }

    /** Whether a row's elements lie one after the other. */
    boolean hasContiguousRows() {
        return columnStride == 1;
    }

    /** Whether a column's elements lie one after the other. */
    boolean hasContiguousColumns() {
        return rowStride == 1;
    }
}
