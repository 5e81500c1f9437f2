package io.github.lrp4j.autograd.expr;

import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Values in order along a dimension and where they came from. Recorded as a gather.
 *
 * @param values the ordered values
 * @param indices their positions before, int64, of the same shape
 */
public record Ordered(Value values, Tensor indices) {
    /** All values along {@code dim} in order; equals keep theirs, NaN counts as largest. */
    public static Ordered sort(Value x, int dim, boolean descending) {
        int axis = x.axis("sort", dim);
        return first(x, axis, x.shape().size(axis), descending);
    }

    /** The k largest (or smallest) values along {@code dim}, the most extreme first. */
    public static Ordered topK(Value x, int k, int dim, boolean largest) {
        int axis = x.axis("topk", dim);
        if (k < 0 || k > x.shape().size(axis)) {
            throw new IllegalArgumentException("topk: " + k + " of dimension " + dim + " of " + x.shape());
        }
        return first(x, axis, k, largest);
    }

    private static Ordered first(Value x, int axis, int k, boolean descending) {
        // Rows along the axis, one after another.
        Tensor rows = x.tensor().transpose(axis, -1);
        int length = x.shape().size(axis);
        double[] numbers = rows.toDoubleArray();
        int count = length == 0 ? 0 : numbers.length / length;
        long[] indices = new long[count * k];
        for (int row = 0; row < count; row++) {
            int start = row * length;
            Comparator<Integer> order = Comparator.comparingDouble(i -> numbers[start + i]);
            int[] sorted = IntStream.range(0, length).boxed().sorted(descending ? order.reversed() : order)
                    .mapToInt(Integer::intValue).toArray();
            for (int i = 0; i < k; i++) {
                indices[row * k + i] = sorted[i];
            }
        }
        Shape shape = rows.shape().with(-1, k);
        Tensor index = Tensor.of(indices, shape).transpose(axis, -1).contiguous();
        return new Ordered(x.gather(axis, x.tape().constant(index)), index);
    }
}
