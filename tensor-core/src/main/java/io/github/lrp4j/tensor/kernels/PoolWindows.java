package io.github.lrp4j.tensor.kernels;

import io.github.lrp4j.tensor.Shape;
import java.util.List;

/**
 * Which input cells each output cell of a pooling sees. One and two spatial dimensions are three with leading sizes of 1.
 */
final class PoolWindows {
    /** An output cell and a cell of its window, as positions in row-major {@code [N, C, ...]}. */
    @FunctionalInterface
    interface PairTask {
        /** {@code planeStart} is the position of the first cell of the input plane. */
        void run(int out, int in, int planeStart);
    }

    /** The windows along one dimension: cells {@code from[o], from[o] + step, ...} before {@code to[o]}. */
    private static final class Axis {
        private final int in;
        private final int step;
        private final int[] from;
        private final int[] to;
        /** What a window contributes to the divisor of an average. */
        private final int[] extent;

        Axis(int in, int out, int step) {
            this.in = in;
            this.step = step;
            from = new int[out];
            to = new int[out];
            extent = new int[out];
        }

        static Axis point() {
            Axis axis = new Axis(1, 1, 1);
            axis.set(0, 0, 1, 1);
            return axis;
        }

        void set(int o, int start, int end, int counted) {
            from[o] = start;
            to[o] = end;
            extent[o] = counted;
        }

        int out() {
            return from.length;
        }
    }

    private final int planes;
    private final Axis[] axes = {Axis.point(), Axis.point(), Axis.point()};

    private PoolWindows(Shape x) {
        planes = Math.multiplyExact(x.size(0), x.size(1));
    }

    /** The windows of {@code spec} over an input {@code x} {@code [N, C, in...]}. */
    static PoolWindows of(PoolSpec spec, Shape x) {
        Shape y = spec.outputShape(x);
        PoolWindows windows = new PoolWindows(x);
        for (int d = 0; d < spec.spatial(); d++) {
            int in = x.size(d + 2);
            int padding = spec.padding().get(d);
            int dilation = spec.dilation().get(d);
            int span = dilation * (spec.kernel().get(d) - 1) + 1;
            Axis axis = new Axis(in, y.size(d + 2), dilation);
            for (int o = 0; o < axis.out(); o++) {
                int start = o * spec.stride().get(d) - padding;
                int inside = start < 0 ? start + Math.ceilDiv(-start, dilation) * dilation : start;
                int end = Math.min(start + span, in);
                axis.set(o, inside, end,
                        spec.countIncludePad() ? Math.min(start + span, in + padding) - start : end - inside);
            }
            windows.axes[3 - spec.spatial() + d] = axis;
        }
        return windows;
    }

    /** The windows {@code floor(o in / out) .. ceil((o + 1) in / out)} over an input {@code x} {@code [N, C, in...]}. */
    static PoolWindows adaptive(Shape x, List<Integer> outputSize) {
        int spatial = outputSize.size();
        if (spatial < 1 || spatial > 3 || x.rank() != spatial + 2) {
            throw new IllegalArgumentException(
                    "adaptive pool: input must be [N, C, 1 to 3 sizes] and the output size one number "
                            + "for each, input " + x + ", output size " + outputSize);
        }
        PoolWindows windows = new PoolWindows(x);
        for (int d = 0; d < spatial; d++) {
            long in = x.size(d + 2);
            long out = outputSize.get(d);
            Axis axis = new Axis((int) in, (int) out, 1);
            for (int o = 0; o < out; o++) {
                int start = (int) (o * in / out);
                int end = (int) Math.ceilDiv((o + 1) * in, out);
                axis.set(o, start, end, end - start);
            }
            windows.axes[3 - spatial + d] = axis;
        }
        return windows;
    }

    /** Calls {@code task} for every output cell and every cell of its window, both in row-major order. */
    void forEachPair(PairTask task) {
        Axis depth = axes[0];
        Axis height = axes[1];
        Axis width = axes[2];
        int inPlane = depth.in * height.in * width.in;
        int out = 0;
        for (int plane = 0; plane < planes; plane++) {
            int planeStart = plane * inPlane;
            for (int od = 0; od < depth.out(); od++) {
                for (int oh = 0; oh < height.out(); oh++) {
                    for (int ow = 0; ow < width.out(); ow++, out++) {
                        for (int d = depth.from[od]; d < depth.to[od]; d += depth.step) {
                            for (int h = height.from[oh]; h < height.to[oh]; h += height.step) {
                                int row = planeStart + (d * height.in + h) * width.in;
                                for (int w = width.from[ow]; w < width.to[ow]; w += width.step) {
                                    task.run(out, row + w, planeStart);
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /** What each output cell of an average is divided by. */
    double[] divisors() {
        int plane = axes[0].out() * axes[1].out() * axes[2].out();
        double[] divisors = new double[Math.multiplyExact(planes, plane)];
        int out = 0;
        for (int p = 0; p < planes; p++) {
            for (int depth : axes[0].extent) {
                for (int height : axes[1].extent) {
                    for (int width : axes[2].extent) {
                        divisors[out++] = (double) depth * height * width;
                    }
                }
            }
        }
        return divisors;
    }
}
