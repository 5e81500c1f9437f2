package io.github.lrp4j.autograd.expr;

import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.util.Arrays;

/** Elements named by index tensors or by a mask, as {@code x[i, j]} and {@code x[mask]} have them in NumPy. */
public final class Indexing {
    private Indexing() {
    }

    /**
     * {@code y = x[i, j, ...]}: the index tensors (integers) name positions in the first dimensions of x and broadcast
     * against each other; y has their shape, followed by the remaining dimensions of x. Negative indices count from the end.
     */
    public static Value at(Value x, Tensor... indices) {
        if (indices.length == 0 || indices.length > x.shape().rank()) {
            throw new IllegalArgumentException("index: " + indices.length + " index tensors for " + x.shape());
        }
        Shape shape = Shape.SCALAR;
        for (Tensor index : indices) {
            if (index.dtype().isFloating() || index.dtype() == DType.BOOL) {
                throw new IllegalArgumentException(
                        "index: positions must be integers, got " + index.dtype() + index.shape());
            }
            shape = Shape.broadcast(shape, index.shape());
        }
        long[] positions = new long[shape.arrayLength()];
        for (int d = 0; d < indices.length; d++) {
            int size = x.shape().size(d);
            long[] along = indices[d].expand(shape).toLongArray();
            for (int i = 0; i < positions.length; i++) {
                long at = along[i] < 0 ? along[i] + size : along[i];
                if (at < 0 || at >= size) {
                    throw new IllegalArgumentException(
                            "index: " + along[i] + " lies outside dimension " + d + " of " + x.shape());
                }
                positions[i] = positions[i] * size + at;
            }
        }
        return rows(x, indices.length, positions, shape);
    }

    /** {@code y = x[mask]}: what the mask (BOOL, of the shape of x's first dimensions) names, one after another. */
    public static Value masked(Value x, Tensor mask) {
        Shape shape = mask.shape();
        int rank = shape.rank();
        if (mask.dtype() != DType.BOOL) {
            throw new IllegalArgumentException("index: the mask must be BOOL, got " + mask.dtype() + shape);
        }
        if (rank > x.shape().rank() || !Arrays.equals(shape.toArray(), Arrays.copyOf(x.shape().toArray(), rank))) {
            throw new IllegalArgumentException(
                    "index: the mask must have the first sizes of the input, input " + x.shape() + ", mask " + shape);
        }
        long[] flags = mask.toLongArray();
        long[] positions = new long[flags.length];
        int count = 0;
        for (int i = 0; i < flags.length; i++) {
            if (flags[i] != 0) {
                positions[count++] = i;
            }
        }
        return rows(x, rank, Arrays.copyOf(positions, count), Shape.of(count));
    }

    /** Rows of x with its first {@code dims} dimensions as one, seen as {@code shape} in their place. */
    private static Value rows(Value x, int dims, long[] positions, Shape shape) {
        int[] sizes = x.shape().toArray();
        int[] rest = Arrays.copyOfRange(sizes, dims, sizes.length);
        int[] flat = new int[rest.length + 1];
        flat[0] = Arrays.stream(sizes, 0, dims).reduce(1, Math::multiplyExact);
        System.arraycopy(rest, 0, flat, 1, rest.length);
        int[] result = Arrays.copyOf(shape.toArray(), shape.rank() + rest.length);
        System.arraycopy(rest, 0, result, shape.rank(), rest.length);
        Value index = x.tape().constant(Tensor.of(positions, positions.length));
        return x.reshape(Shape.of(flat)).indexSelect(0, index).reshape(Shape.of(result));
    }
}
