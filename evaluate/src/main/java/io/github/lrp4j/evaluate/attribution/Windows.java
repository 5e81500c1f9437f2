package io.github.lrp4j.evaluate.attribution;

import io.github.lrp4j.tensor.Tensor;
import java.util.stream.IntStream;

/** The windows of one picture that are replaced one after another, row by row. */
final class Windows {
    private final Tensor picture;
    private final double[] cells;
    private final double[] replacement;
    private final int patch;
    private final int[] rows;
    private final int[] columns;

    /** @param picture {@code [C, H, W]}, as is its replacement */
    Windows(Tensor picture, Tensor replacement, int patch, int stride) {
        this.picture = picture;
        this.cells = picture.toDoubleArray();
        this.replacement = replacement.toDoubleArray();
        this.patch = patch;
        this.rows = starts(picture.size(1), patch, stride);
        this.columns = starts(picture.size(2), patch, stride);
    }

    private static int[] starts(int size, int patch, int stride) {
        int last = Math.max(0, size - patch);
        return IntStream.rangeClosed(0, Math.ceilDiv(last, stride)).map(i -> Math.min(i * stride, last)).toArray();
    }

    int count() {
        return rows.length * columns.length;
    }

    /** The picture without each of some windows, {@code [K, C, H, W]}. */
    Tensor occluded(int from, int to) {
        double[] all = new double[(to - from) * cells.length];
        for (int w = from; w < to; w++) {
            int start = (w - from) * cells.length;
            System.arraycopy(cells, 0, all, start, cells.length);
            for (int channel = 0; channel < picture.size(0); channel++) {
                for (int row = rows[w / columns.length]; row < lastRow(w); row++) {
                    int cell = (channel * picture.size(1) + row) * picture.size(2) + columns[w % columns.length];
                    System.arraycopy(replacement, cell, all, start + cell, width(w));
                }
            }
        }
        return Tensor.of(all, picture.dtype(), picture.unsqueeze(0).shape().with(0, to - from));
    }

    private int lastRow(int w) {
        return Math.min(rows[w / columns.length] + patch, picture.size(1));
    }

    private int width(int w) {
        return Math.min(patch, picture.size(2) - columns[w % columns.length]);
    }

    /** Per pixel, the mean of the numbers of the windows that cover it. */
    double[] mean(double[] perWindow) {
        double[] sums = new double[picture.size(1) * picture.size(2)];
        int[] counts = new int[sums.length];
        for (int w = 0; w < perWindow.length; w++) {
            for (int row = rows[w / columns.length]; row < lastRow(w); row++) {
                int first = row * picture.size(2) + columns[w % columns.length];
                for (int pixel = first; pixel < first + width(w); pixel++) {
                    sums[pixel] += perWindow[w];
                    counts[pixel]++;
                }
            }
        }
        for (int pixel = 0; pixel < sums.length; pixel++) {
            sums[pixel] /= counts[pixel];
        }
        return sums;
    }
}
