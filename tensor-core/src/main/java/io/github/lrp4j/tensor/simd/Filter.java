package io.github.lrp4j.tensor.simd;

/**
 * A strided view of convolution weights: {@code [rows, channels, depth, height, width]}, rows the results' channels.
 *
 * <p>The weights of a convolution, of its adjoint (rows and channels exchanged, taps backwards: negative strides) and of
 * the parts of a strided adjoint (every n-th tap) are such views of the same numbers.
 *
 * @param data the numbers
 * @param layout where they lie
 */
record Filter(float[] data, Layout layout) {
    /** Position of element [0, ...], sizes and strides; identifies what is derived from the weights. */
    record Layout(int offset, int rows, int channels, int depth, int height, int width, int rowStride,
            int channelStride,
            int depthStride, int heightStride, int widthStride) {
        /** The same view {@code distance} numbers further on. */
        Layout shifted(int distance) {
            return new Layout(offset + distance, rows, channels, depth, height, width, rowStride, channelStride,
                    depthStride,
                    heightStride, widthStride);
        }

        /** Number of taps. */
        int taps() {
            return depth * height * width;
        }
    }

    /** {@code [rows, channels * taps]} as it lies, or null if the columns are not equally far apart. */
    Matrix matrixInPlace() {
        int step = layout.width > 1
                ? layout.widthStride
                : layout.height > 1
                        ? layout.heightStride
                        : layout.depth > 1 ? layout.depthStride : layout.channelStride;
        boolean regular = step >= 0
                && (layout.height == 1 || layout.heightStride == step * layout.width)
                && (layout.depth == 1 || layout.depthStride == step * layout.width * layout.height)
                && (layout.channels == 1 || layout.channelStride == step * layout.taps());
        return regular
                ? new Matrix(data, layout.offset, layout.rows, layout.channels * layout.taps(), layout.rowStride, step)
                : null;
    }

    /** {@code [rows, channels * taps]}, written row-major into {@code target}. */
    void copyRows(int from, int to, float[] target) {
        int at = from * layout.channels * layout.taps();
        for (int r = from; r < to; r++) {
            for (int c = 0; c < layout.channels; c++) {
                for (int d = 0; d < layout.depth; d++) {
                    for (int h = 0; h < layout.height; h++) {
                        int s = layout.offset + r * layout.rowStride + c * layout.channelStride + d * layout.depthStride
                                + h * layout.heightStride;
                        for (int w = 0; w < layout.width; w++) {
                            target[at++] = data[s + w * layout.widthStride];
                        }
                    }
                }
            }
        }
    }

    /** These weights as the left operand of a matrix product. */
    LeftPanels packed(Crew crew) {
        Matrix matrix = matrixInPlace();
        if (matrix == null) {
            int columns = layout.channels * layout.taps();
            float[] dense = new float[Math.multiplyExact(layout.rows, columns)];
            int ways = Math.min(layout.rows, crew.waysToCopy(dense.length));
            crew.each(ways, part -> copyRows(layout.rows * part / ways, layout.rows * (part + 1) / ways, dense));
            matrix = Matrix.rowMajor(dense, 0, layout.rows, columns);
        }
        return LeftPanels.of(crew, matrix);
    }
}
