package io.github.lrp4j.autograd.expr;

import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import java.util.ArrayList;
import java.util.List;

/** Windows of images cut out one by one. */
public final class Windows {
    private Windows() {
    }

    /**
     * {@code y[i, ...] = max x} over the cells {@code floor(i in / out) .. ceil((i + 1) in / out) - 1} of each spatial
     * dimension: max pooling of {@code [N, C, in...]} to {@code [N, C, size...]}. The gradient goes to the first winner of a
     * window in row-major order.
     */
    public static Value adaptiveMaxPool(Value x, int... size) {
        if (x.shape().rank() != size.length + 2 || size.length == 0) {
            throw new IllegalArgumentException(
                    "adaptive_max_pool: input must be [N, C, " + size.length + " sizes], got " + x.shape());
        }
        List<Value> cells = List.of(x);
        for (int d = 0; d < size.length; d++) {
            List<Value> finer = new ArrayList<>(cells.size() * size[d]);
            for (Value cell : cells) {
                for (int i = 0; i < size[d]; i++) {
                    finer.add(part(cell, d + 2, i, size[d]));
                }
            }
            cells = finer;
        }
        Value[] winners = cells.stream().map(cell -> cell.flatten(2).max(2, false)).toArray(Value[]::new);
        Shape shape = x.shape();
        for (int d = 0; d < size.length; d++) {
            shape = shape.with(d + 2, size[d]);
        }
        return Value.stack(2, winners).reshape(shape);
    }

    private static Value part(Value x, int dim, int i, int count) {
        int size = x.shape().size(dim);
        return x.slice(dim, i * size / count, Math.ceilDiv((i + 1) * size, count));
    }

    /**
     * The patches that a convolution reads, one per column: {@code [N, C kernelHeight kernelWidth, positions]}, positions in
     * row-major order (im2col).
     *
     * @param spec stride, padding and dilation of that convolution
     */
    public static Value unfold(Value x, int kernelHeight, int kernelWidth, ConvSpec spec) {
        requireImages("unfold", x);
        Shape out = spec.outputShape(x.shape(),
                Shape.of(spec.groups(), x.shape().size(1) / spec.groups(), kernelHeight, kernelWidth));
        List<Integer> border = List.of(0, 0, spec.padding().get(0), spec.padding().get(1));
        Value padded = x.pad(border, border, 0);
        List<Value> taps = new ArrayList<>(kernelHeight * kernelWidth);
        for (int k = 0; k < kernelHeight; k++) {
            Value rows = tap(padded, 2, k, out.size(2), spec);
            for (int l = 0; l < kernelWidth; l++) {
                taps.add(tap(rows, 3, l, out.size(3), spec));
            }
        }
        return Value.stack(2, taps.toArray(Value[]::new)).reshape(x.shape().size(0), x.shape().size(1) * taps.size(),
                out.size(2) * out.size(3));
    }

    /** What tap number k of the kernel reads along a dimension, at every position. */
    private static Value tap(Value x, int dim, int k, int positions, ConvSpec spec) {
        int stride = spec.stride().get(dim - 2);
        int start = k * spec.dilation().get(dim - 2);
        return x.slice(dim, start, start + (positions - 1) * stride + 1, stride);
    }

    private static void requireImages(String op, Value x) {
        if (x.shape().rank() != 4) {
            throw new IllegalArgumentException(op + ": input must be [N, C, H, W], got " + x.shape());
        }
    }
}
