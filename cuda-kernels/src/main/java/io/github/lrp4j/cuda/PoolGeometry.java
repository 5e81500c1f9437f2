package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.kernels.PoolSpec;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Sizes of one pooling.
 *
 * @param output {@code [N, C, out...]}
 * @param windows {@code struct Windows} of {@code pooling.cu}
 * @param mostCells as many cells have the largest windows
 */
record PoolGeometry(Shape output, int[] windows, long mostCells) {
    static PoolGeometry of(PoolSpec spec, Shape x) {
        Shape y = spec.outputShape(x);
        long cells = 1;
        for (int size : spec.kernel()) {
            cells *= size;
        }
        return new PoolGeometry(y, windows(spatial(x), spatial(y), spec.kernel(), spec.stride(), spec.padding(),
                spec.dilation(), false, spec.countIncludePad()), cells);
    }

    /** Windows without dilation only: averages have none. */
    static PoolGeometry ofAverage(PoolSpec spec, Shape x) {
        for (int dilation : spec.dilation()) {
            if (dilation != 1) {
                throw new IllegalArgumentException("avgPool: averages have no dilation, input " + x + ", " + spec);
            }
        }
        return of(spec, x);
    }

    /** The windows {@code floor(o in / out) .. ceil((o + 1) in / out)}. */
    static PoolGeometry adaptive(Shape x, List<Integer> outputSize) {
        int spatial = outputSize.size();
        if (spatial < 1 || spatial > 3 || x.rank() != spatial + 2) {
            throw new IllegalArgumentException(
                    "adaptive pool: input must be [N, C, 1 to 3 sizes] and the output size one number "
                            + "for each, input " + x + ", output size " + outputSize);
        }
        Shape y = x;
        long cells = 1;
        for (int d = 0; d < spatial; d++) {
            int out = outputSize.get(d);
            y = y.with(d + 2, out);
            cells *= Math.ceilDiv(x.size(d + 2), Math.max(1, out)) + 1;
        }
        List<Integer> ones = Collections.nCopies(spatial, 1);
        return new PoolGeometry(y, windows(spatial(x), spatial(y), ones, ones, Collections.nCopies(spatial, 0), ones,
                true, false), cells);
    }

    private static List<Integer> spatial(Shape shape) {
        return shape.toList().subList(2, shape.rank());
    }

    private static int[] windows(List<Integer> in, List<Integer> out, List<Integer> kernel, List<Integer> stride,
            List<Integer> padding, List<Integer> dilation, boolean adaptive, boolean countsPadding) {
        int[] geometry = ConvGeometry.window(in, out, kernel, stride, padding, dilation);
        int[] windows = Arrays.copyOf(geometry, geometry.length + 2);
        windows[geometry.length] = adaptive ? 1 : 0;
        windows[geometry.length + 1] = countsPadding ? 1 : 0;
        return windows;
    }

    /** Whether every window of {@code spec} has a cell of the input. */
    static boolean everyWindowHasCells(PoolSpec spec, Shape x) {
        Shape y = spec.outputShape(x);
        for (int d = 0; d < spec.spatial(); d++) {
            int step = spec.dilation().get(d);
            for (int o = 0; o < y.size(d + 2); o++) {
                int start = o * spec.stride().get(d) - spec.padding().get(d);
                int from = start < 0 ? start + Math.ceilDiv(-start, step) * step : start;
                if (from >= Math.min(start + step * (spec.kernel().get(d) - 1) + 1, x.size(d + 2))) {
                    return false;
                }
            }
        }
        return true;
    }
}
