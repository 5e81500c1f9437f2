package io.github.lrp4j.tensor.simd;

import java.util.ArrayList;
import java.util.List;

/**
 * A correlation whose results interleave to a part of an image, or to all of it: result {@code c subs + s} at output o goes
 * to channel c, position {@code first[s] + o step} along each dimension, where subs is the number of such offsets.
 *
 * @param depth first spatial dimension
 * @param height second spatial dimension
 * @param width third spatial dimension
 * @param step distance of the positions, per dimension
 * @param firsts offsets, per dimension
 * @param filter weights of the first channel group
 */
record ConvolutionPart(Window depth, Window height, Window width, int[] step, List<int[]> firsts,
        Filter.Layout filter) {
    private static final int[] ORIGIN = {0, 0, 0};

    /** The one part of a convolution. */
    static ConvolutionPart whole(Window[] windows, Filter.Layout filter) {
        return new ConvolutionPart(windows[0], windows[1], windows[2], new int[] {1, 1, 1}, List.of(ORIGIN), filter);
    }

    /**
     * The parts of the adjoint to the input of a convolution with {@code windows}. Inputs that no part names receive
     * nothing.
     *
     * @param weights of the convolution, first channel group, rows and channels exchanged
     */
    static List<ConvolutionPart> adjoint(Window[] windows, Filter.Layout weights) {
        if (weights.taps() > 1 && windows[0].isTiling() && windows[1].isTiling() && windows[2].isTiling()
                && weights.rowsAndTaps() != null) {
            return List.of(tiling(windows, weights.rowsAndTaps()));
        }
        List<ConvolutionPart> parts = new ArrayList<>();
        for (AdjointWindow d : AdjointWindow.of(windows[0])) {
            for (AdjointWindow h : AdjointWindow.of(windows[1])) {
                for (AdjointWindow w : AdjointWindow.of(windows[2])) {
                    parts.add(new ConvolutionPart(d.window(), h.window(), w.window(),
                            new int[] {d.stride(), h.stride(), w.stride()},
                            List.of(new int[] {d.first(), h.first(), w.first()}), weights.everyNth(d, h, w)));
                }
            }
        }
        return parts;
    }

    /** Windows that do not overlap: each input receives from one output, and all taps are results of one product. */
    private static ConvolutionPart tiling(Window[] windows, Filter.Layout filter) {
        List<int[]> firsts = new ArrayList<>();
        for (int d = 0; d < windows[0].kernel(); d++) {
            for (int h = 0; h < windows[1].kernel(); h++) {
                for (int w = 0; w < windows[2].kernel(); w++) {
                    firsts.add(new int[] {d, h, w});
                }
            }
        }
        return new ConvolutionPart(point(windows[0]), point(windows[1]), point(windows[2]),
                new int[] {windows[0].stride(), windows[1].stride(), windows[2].stride()}, firsts, filter);
    }

    private static Window point(Window window) {
        return new Window(window.out(), 1, 1, 1, 0, window.out());
    }

    /** Number of outputs of each result. */
    int outputs() {
        return depth.out() * height.out() * width.out();
    }

    /** Multiply-adds, twice. */
    double flops() {
        return 2.0 * filter.rows() * filter.channels() * filter.taps() * outputs();
    }

    /** Whether the results are the image itself. */
    boolean isWhole() {
        return step[0] == 1 && step[1] == 1 && step[2] == 1 && firsts.size() == 1;
    }

    /** Layout of the padded inputs of one group. */
    PatchLayout patches() {
        return new PatchLayout(filter.channels(), depth, height, width);
    }

    /**
     * Puts result {@code row} in its places.
     *
     * @param values results, {@code [rows, outputs]}
     * @param y image, {@code [channels, planes of planeSize]}, channel 0 at {@code to}
     * @param lines size of the image along the second dimension
     * @param columns size of the image along the third dimension
     */
    void interleave(float[] values, int row, float[] y, int to, int planeSize, int lines, int columns) {
        int[] first = firsts.get(row % firsts.size());
        int plane = to + row / firsts.size() * planeSize;
        int at = row * outputs();
        for (int d = 0; d < depth.out(); d++) {
            for (int h = 0; h < height.out(); h++) {
                int line = plane + ((first[0] + d * step[0]) * lines + first[1] + h * step[1]) * columns + first[2];
                for (int w = 0; w < width.out(); w++) {
                    y[line + w * step[2]] = values[at++];
                }
            }
        }
    }
}
