package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.Tensor;

/**
 * A strided matrix in an array: {@code element[i, j] = data[offset + i * rowStride + j * columnStride]}.
 *
 * @param data the numbers
 * @param offset position of element [0, 0]
 * @param rows number of rows
 * @param columns number of columns
 * @param rowStride distance between neighbours in a column; 1 where there is but one row
 * @param columnStride distance between neighbours in a row; 1 where there is but one column
 */
record Matrix(float[] data, int offset, int rows, int columns, int rowStride, int columnStride) {
    Matrix {
        rowStride = rows <= 1 ? 1 : rowStride;
        columnStride = columns <= 1 ? 1 : columnStride;
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
        return new Matrix(data, offset, columns, rows, columnStride, rowStride);
    }

    /** The rows {@code from .. to - 1}. */
    Matrix slice(int from, int to) {
        return new Matrix(data, offset + from * rowStride, to - from, columns, rowStride, columnStride);
    }

    /** The same matrix {@code distance} numbers further on. */
    Matrix shifted(int distance) {
        return new Matrix(data, offset + distance, rows, columns, rowStride, columnStride);
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
