package io.github.lrp4j.tensor.simd;

/**
 * Where a matrix product goes: {@code element[i, j]} is {@code data[offset + i * rowStride + j * columnStride]}.
 *
 * @param data the array that is written
 * @param offset position of element [0, 0]
 * @param rowStride distance between neighbours in a column
 * @param columnStride distance between neighbours in a row; tiles are stored directly where it is 1
 * @param finish what becomes of elements that are complete, null for nothing; then one of the strides is 1
 */
record Target(float[] data, int offset, int rowStride, int columnStride, Finish finish) {
    /** Rows of {@code rowStride} numbers. */
    static Target rows(float[] data, int offset, int rowStride) {
        return rows(data, offset, rowStride, null);
    }

    /** Rows of {@code rowStride} numbers, finished by {@code finish}. */
    static Target rows(float[] data, int offset, int rowStride, Finish finish) {
        return new Target(data, offset, rowStride, 1, finish);
    }

    /** From row {@code row} on. */
    Target from(int row) {
        return new Target(data, offset + row * rowStride, rowStride, columnStride,
                finish == null ? null : finish.from(row));
    }

    /** From element [{@code row}, {@code column}] on, without a finish. */
    Target shifted(int row, int column) {
        return new Target(data, offset + row * rowStride + column * columnStride, rowStride, columnStride, null);
    }

    /** Rows and columns exchanged. */
    Target transposed() {
        return new Target(data, offset, columnStride, rowStride, finish == null ? null : finish.transposed());
    }

    /** Finishes {@code rows} x {@code columns} elements at row {@code row}, column {@code column}, which are complete. */
    void finish(int row, int rows, int column, int columns) {
        if (finish == null) {
            return;
        }
        int at = offset + row * rowStride + column * columnStride;
        if (columnStride != 1 || rowStride == 1 && columns < rows) {
            finish.transposed().block(data, at, columnStride, column, columns, row, rows);
        } else {
            finish.block(data, at, rowStride, row, rows, column, columns);
        }
    }

    /** Stores, or adds, the first {@code rows} x {@code columns} elements of a tile at row {@code row}, column {@code column}. */
    void store(float[] tile, int rows, int columns, int row, int column, boolean add) {
        for (int i = 0; i < rows; i++) {
            int at = offset + (row + i) * rowStride + column * columnStride;
            int from = i * Tile.COLUMNS;
            for (int j = 0; j < columns; j++) {
                float value = tile[from + j];
                data[at] = add ? data[at] + value : value;
                at += columnStride;
            }
        }
    }
}
