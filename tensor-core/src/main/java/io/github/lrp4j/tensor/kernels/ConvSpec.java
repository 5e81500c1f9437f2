package io.github.lrp4j.tensor.kernels;

import io.github.lrp4j.tensor.Shape;
import java.util.Collections;
import java.util.List;

/**
 * Geometry of a convolution over 1, 2 or 3 spatial dimensions:
 * {@code out = floor((in + 2 padding - dilation (kernel - 1) - 1) / stride) + 1} per dimension.
 *
 * @param stride step of the window per spatial dimension
 * @param padding zeros added at both ends per spatial dimension
 * @param dilation distance between kernel taps per spatial dimension
 * @param groups number of channel groups that do not mix; equal to the channels for a depthwise convolution
 */
public record ConvSpec(List<Integer> stride, List<Integer> padding, List<Integer> dilation, int groups) {
    /** Checks and copies. */
    public ConvSpec {
        stride = List.copyOf(stride);
        padding = List.copyOf(padding);
        dilation = List.copyOf(dilation);
        int n = stride.size();
        if (n < 1 || n > 3 || padding.size() != n || dilation.size() != n) {
            throw new IllegalArgumentException(
                    "conv: stride " + stride + ", padding " + padding + " and dilation " + dilation
                            + " must name the same 1 to 3 dimensions");
        }
        if (groups < 1 || Collections.min(stride) < 1 || Collections.min(dilation) < 1
                || Collections.min(padding) < 0) {
            throw new IllegalArgumentException(
                    "conv: stride " + stride + ", padding " + padding + ", dilation " + dilation
                            + ", groups " + groups + " out of range");
        }
    }

    /** The same stride and padding in every one of {@code spatial} dimensions, no dilation, one group. */
    public static ConvSpec of(int spatial, int stride, int padding) {
        return new ConvSpec(Collections.nCopies(spatial, stride), Collections.nCopies(spatial, padding),
                Collections.nCopies(spatial, 1), 1);
    }

    /** Number of spatial dimensions. */
    public int spatial() {
        return stride.size();
    }

    /**
     * Shape of the output.
     *
     * @param x {@code [N, C, spatial...]}
     * @param w {@code [O, C / groups, kernel...]}
     * @return {@code [N, O, out...]}
     * @throws IllegalArgumentException naming both shapes if they do not fit
     */
    public Shape outputShape(Shape x, Shape w) {
        int n = spatial();
        if (x.rank() != n + 2 || w.rank() != n + 2) {
            throw new IllegalArgumentException(
                    "conv" + n + "d: input must be [N, C, " + n + " sizes] and weight [O, C / groups, " + n
                            + " sizes], input " + x
                            + ", weight " + w);
        }
        if (x.size(1) != w.size(1) * groups || w.size(0) % groups != 0) {
            throw new IllegalArgumentException(
                    "conv" + n + "d: channels differ, input " + x + ", weight " + w + ", groups " + groups);
        }
        int[] out = new int[n + 2];
        out[0] = x.size(0);
        out[1] = w.size(0);
        for (int d = 0; d < n; d++) {
            int span = x.size(d + 2) + 2 * padding.get(d) - dilation.get(d) * (w.size(d + 2) - 1) - 1;
            if (span < 0) {
                throw new IllegalArgumentException(
                        "conv" + n + "d: kernel larger than padded input, input " + x + ", weight " + w
                                + ", padding " + padding);
            }
            out[d + 2] = span / stride.get(d) + 1;
        }
        return Shape.of(out);
    }
}
