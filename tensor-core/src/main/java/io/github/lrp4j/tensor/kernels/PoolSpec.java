package io.github.lrp4j.tensor.kernels;

import io.github.lrp4j.tensor.Shape;
import java.util.Collections;
import java.util.List;

/**
 * Geometry of a pooling window over 1, 2 or 3 spatial dimensions.
 *
 * @param kernel window size per spatial dimension
 * @param stride step per spatial dimension
 * @param padding cells added at both ends (minus infinity for max, zero for average); at most half the kernel
 * @param dilation distance between the cells of a window (max pooling only)
 * @param ceilMode whether a last, partial window counts; it must start inside the input or the left padding
 * @param countIncludePad whether the divisor of an average counts padded cells
 */
public record PoolSpec(List<Integer> kernel, List<Integer> stride, List<Integer> padding, List<Integer> dilation,
        boolean ceilMode,
        boolean countIncludePad) {
    /** Checks and copies. */
    public PoolSpec {
        kernel = List.copyOf(kernel);
        stride = List.copyOf(stride);
        padding = List.copyOf(padding);
        dilation = List.copyOf(dilation);
        int n = kernel.size();
        if (n < 1 || n > 3 || stride.size() != n || padding.size() != n || dilation.size() != n) {
            throw new IllegalArgumentException("pool: kernel " + kernel + ", stride " + stride + ", padding " + padding
                    + " and dilation " + dilation + " must name the same 1 to 3 dimensions");
        }
        if (Collections.min(kernel) < 1 || Collections.min(stride) < 1 || Collections.min(padding) < 0
                || Collections.min(dilation) < 1) {
            throw new IllegalArgumentException("pool: kernel " + kernel + ", stride " + stride + ", padding " + padding
                    + ", dilation " + dilation + " out of range");
        }
        for (int d = 0; d < n; d++) {
            if (2 * padding.get(d) > kernel.get(d)) {
                throw new IllegalArgumentException("pool: padding " + padding + " exceeds half the kernel " + kernel);
            }
        }
    }

    /** A square window without dilation, padding counted in averages, last partial windows dropped. */
    public static PoolSpec of(int spatial, int kernel, int stride, int padding) {
        return new PoolSpec(Collections.nCopies(spatial, kernel), Collections.nCopies(spatial, stride),
                Collections.nCopies(spatial, padding), Collections.nCopies(spatial, 1), false, true);
    }

    /** Number of spatial dimensions. */
    public int spatial() {
        return kernel.size();
    }

    /** {@code [N, C, out...]} for an input {@code [N, C, in...]}. */
    public Shape outputShape(Shape x) {
        int n = spatial();
        if (x.rank() != n + 2) {
            throw new IllegalArgumentException("pool: input must be [N, C, " + n + " sizes], got " + x);
        }
        int[] out = x.toArray();
        for (int d = 0; d < n; d++) {
            int span = x.size(d + 2) + 2 * padding.get(d) - dilation.get(d) * (kernel.get(d) - 1) - 1;
            if (span < 0) {
                throw new IllegalArgumentException("pool: window " + kernel + " larger than padded input " + x);
            }
            int step = stride.get(d);
            int count = (ceilMode ? (span + step - 1) / step : span / step) + 1;
            if (ceilMode && (count - 1) * step >= x.size(d + 2) + padding.get(d)) {
                count--;
            }
            out[d + 2] = count;
        }
        return Shape.of(out);
    }
}
