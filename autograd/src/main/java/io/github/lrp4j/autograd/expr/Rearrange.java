package io.github.lrp4j.autograd.expr;

import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.autograd.op.Flip;
import io.github.lrp4j.autograd.op.Roll;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

/** Reordered, repeated and mirrored elements, beside the shape methods of {@link Value}. */
public final class Rearrange {
    private Rearrange() {
    }

    /** {@code y[i] = x[n - 1 - i]} along {@code dims}. */
    public static Value flip(Value x, int... dims) {
        return x.tape().apply(new Flip(Arrays.stream(dims).mapToObj(dim -> x.axis("flip", dim)).toList()), x);
    }

    /** {@code y[(i + shift) mod n] = x[i]} along {@code dim}. */
    public static Value roll(Value x, int shift, int dim) {
        return x.tape().apply(new Roll(List.of(shift), List.of(x.axis("roll", dim))), x);
    }

    /** x as often as {@code times[d]} one after another along each dimension; leading dimensions may be new. */
    public static Value repeat(Value x, int... times) {
        int lead = times.length - x.shape().rank();
        if (lead < 0) {
            throw new IllegalArgumentException(
                    "repeat: " + Arrays.toString(times) + " names fewer dimensions than the input " + x.shape());
        }
        int[] apart = new int[2 * times.length];
        int[] spread = new int[2 * times.length];
        int[] merged = new int[times.length];
        for (int d = 0; d < times.length; d++) {
            int size = d < lead ? 1 : x.shape().size(d - lead);
            apart[2 * d] = 1;
            apart[2 * d + 1] = size;
            spread[2 * d] = times[d];
            spread[2 * d + 1] = size;
            merged[d] = times[d] * size;
        }
        return x.reshape(Shape.of(apart)).expand(Shape.of(spread)).reshape(Shape.of(merged));
    }

    /** Every entry along {@code dim} as often as {@code times}, side by side. */
    public static Value repeatInterleave(Value x, int times, int dim) {
        int axis = x.axis("repeat_interleave", dim);
        Value apart = x.unsqueeze(axis + 1);
        Value spread = apart.expand(apart.shape().with(axis + 1, times));
        return spread.reshape(x.shape().with(axis, times * x.shape().size(axis)));
    }

    /**
     * x continued along {@code dim} as in a mirror that stands on its edge cells: {@code c b | a b c | b a}.
     *
     * @param before cells in front, fewer than there are
     * @param after cells behind, fewer than there are
     */
    public static Value padReflecting(Value x, int dim, int before, int after) {
        int size = x.shape().size(x.axis("pad", dim));
        if (before >= size || after >= size) {
            throw new IllegalArgumentException(
                    "pad: a reflection is shorter than dimension " + dim + " of " + x.shape() + ", before "
                            + before + ", after " + after);
        }
        return padFrom(x, dim, before, after, i -> i < 0 ? -i : i >= size ? 2 * (size - 1) - i : i);
    }

    /** x continued along {@code dim} by its edge cells: {@code a a | a b c | c c}. */
    public static Value padReplicating(Value x, int dim, int before, int after) {
        int size = x.shape().size(x.axis("pad", dim));
        return padFrom(x, dim, before, after, i -> Math.clamp(i, 0, size - 1));
    }

    private static Value padFrom(Value x, int dim, int before, int after, IntUnaryOperator source) {
        long[] index = new long[before + x.shape().size(dim) + after];
        Arrays.setAll(index, i -> source.applyAsInt(i - before));
        return x.indexSelect(dim, x.tape().constant(Tensor.of(index, index.length)));
    }

    /** {@code [N, C r^2, H, W]} to {@code [N, C, H r, W r]}: channels become sub-pixels (Shi et al., arXiv 1609.05158). */
    public static Value pixelShuffle(Value x, int r) {
        if (x.shape().rank() != 4 || r < 1 || x.shape().size(1) % (r * r) != 0) {
            throw new IllegalArgumentException(
                    "pixel_shuffle: input must be [N, C * " + r * r + ", H, W], got " + x.shape());
        }
        int n = x.shape().size(0);
        int c = x.shape().size(1) / (r * r);
        int h = x.shape().size(2);
        int w = x.shape().size(3);
        return x.reshape(n, c, r, r, h, w).permute(0, 1, 4, 2, 5, 3).reshape(n, c, h * r, w * r);
    }

    /** The last two dimensions with zeros above the diagonal that lies {@code diagonal} to the right of the main one. */
    public static Value lowerTriangle(Value x, int diagonal) {
        return masked(x, diagonal, true);
    }

    /** The last two dimensions with zeros below the diagonal that lies {@code diagonal} to the right of the main one. */
    public static Value upperTriangle(Value x, int diagonal) {
        return masked(x, diagonal, false);
    }

    private static Value masked(Value x, int diagonal, boolean above) {
        int rows = x.shape().size(x.axis("tril", -2));
        int columns = x.shape().size(-1);
        byte[] mask = new byte[rows * columns];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                mask[i * columns + j] = (byte) ((above ? j > i + diagonal : j < i + diagonal) ? 1 : 0);
            }
        }
        return x.maskedFill(x.tape().constant(Tensor.of(mask, DType.BOOL, Shape.of(rows, columns))), 0);
    }
}
