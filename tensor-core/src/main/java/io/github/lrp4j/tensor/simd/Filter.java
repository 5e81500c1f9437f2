package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.Tensor;

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
        /** The weights {@code [O, C / groups, 1 to 3 sizes]} of the first group. */
        static Layout of(Tensor w, int groups) {
            int[] sizes = {1, 1, 1};
            int[] strides = {1, 1, 1};
            for (int d = 2; d < w.rank(); d++) {
                sizes[d + 3 - w.rank()] = w.size(d);
                strides[d + 3 - w.rank()] = (int) w.stride(d);
            }
            return new Layout((int) w.offset(), w.size(0) / groups, w.size(1), sizes[0], sizes[1], sizes[2],
                    (int) w.stride(0), (int) w.stride(1), strides[0], strides[1], strides[2]);
        }

        /** Rows and channels exchanged. */
        Layout exchanged() {
            return new Layout(offset, channels, rows, depth, height, width, channelStride, rowStride, depthStride,
                    heightStride, widthStride);
        }

        /** The taps that take part in one part of an adjoint. */
        Layout everyNth(AdjointWindow d, AdjointWindow h, AdjointWindow w) {
            int first = offset + d.firstTap() * depthStride + h.firstTap() * heightStride + w.firstTap() * widthStride;
            return new Layout(first, rows, channels, d.window().kernel(), h.window().kernel(), w.window().kernel(),
                    rowStride,
                    channelStride, d.tapStep() * depthStride, h.tapStep() * heightStride, w.tapStep() * widthStride);
        }

        /** Each tap of a row as a row of its own, without taps; null where these rows are not equally far apart. */
        Layout rowsAndTaps() {
            int step = step(rowStride, rows);
            return step < 0
                    ? null
                    : new Layout(offset, rows * taps(), channels, 1, 1, 1, step, channelStride, 1, 1, 1);
        }

        /** The distance between neighbours in {@code [count, depth, height, width]} if it is the same for all, else -1. */
        private int step(int outerStride, int count) {
            int step = width > 1 ? widthStride : height > 1 ? heightStride : depth > 1 ? depthStride : outerStride;
            boolean regular = step >= 0 && (height == 1 || heightStride == step * width)
                    && (depth == 1 || depthStride == step * width * height)
                    && (count == 1 || outerStride == step * taps());
            return regular ? step : -1;
        }

        /** The same view {@code distance} numbers further on. */
        Layout shifted(int distance) {
            return new Layout(offset + distance, rows, channels, depth, height, width, rowStride, channelStride,
                    depthStride, heightStride, widthStride);
        }

        /** Number of taps. */
        int taps() {
            return depth * height * width;
        }
    }

    /** {@code [rows, channels * taps]} as it lies, or null if the columns are not equally far apart. */
    private Matrix matrixInPlace() {
        int step = layout.step(layout.channelStride, layout.channels);
        return step < 0
                ? null
                : new Matrix(data, layout.offset, layout.rows, layout.channels * layout.taps(), layout.rowStride, step);
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
