package io.github.lrp4j.autograd.expr;

import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import java.util.ArrayList;
import java.util.List;

/** Windows of images {@code [N, C, H, W]} cut out one by one. */
public final class Windows {
    private Windows() {
    }

    /**
     * {@code y[i, j] = max x} over rows {@code floor(i H / h) .. ceil((i + 1) H / h) - 1} and columns alike: max pooling to
     * {@code [N, C, h, w]}. The gradient goes to the first winner of a window in row-major order.
     */
    public static Value adaptiveMaxPool(Value x, int h, int w) {
        requireImages("adaptive_max_pool2d", x);
        List<Value> cells = new ArrayList<>(h * w);
        for (int i = 0; i < h; i++) {
            Value rows = part(x, 2, i, h);
            for (int j = 0; j < w; j++) {
                cells.add(part(rows, 3, j, w).flatten(2).max(2, false));
            }
        }
        return Value.stack(2, cells.toArray(Value[]::new)).reshape(x.shape().with(2, h).with(3, w));
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
