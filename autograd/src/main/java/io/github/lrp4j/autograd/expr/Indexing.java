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
        Places places = Places.of(x, indices);
        return rows(x, indices.length, places.positions(), places.shape());
    }

    /** {@code y = x[mask]}: what the mask (BOOL, of the shape of x's first dimensions) names, one after another. */
    public static Value masked(Value x, Tensor mask) {
        Places places = Places.ofMask(x, mask);
        return rows(x, mask.shape().rank(), places.positions(), places.shape());
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

    /**
     * x with {@code x[i, j, ...] = values}, or {@code x[i, j, ...] += values} where accumulating (NumPy's assignment, PyTorch's
     * {@code index_put}); values broadcast to the shape of {@link #at}. Of several values for one place the last stays, or all
     * add up.
     */
    public static Value put(Value x, Value values, boolean accumulate, Tensor... indices) {
        return put(x, values, accumulate, Places.of(x, indices), indices.length);
    }

    /** x with {@code x[mask] = values}, or {@code +=} where accumulating; values broadcast to the shape of {@link #masked}. */
    public static Value putMasked(Value x, Value values, boolean accumulate, Tensor mask) {
        return put(x, values, accumulate, Places.ofMask(x, mask), mask.shape().rank());
    }

    private static Value put(Value x, Value values, boolean accumulate, Places places, int dims) {
        int[] sizes = x.shape().toArray();
        int[] rest = Arrays.copyOfRange(sizes, dims, sizes.length);
        int[] given = Arrays.copyOf(places.shape().toArray(), places.shape().rank() + rest.length);
        System.arraycopy(rest, 0, given, places.shape().rank(), rest.length);
        int[] flat = new int[rest.length + 1];
        flat[0] = Arrays.stream(sizes, 0, dims).reduce(1, Math::multiplyExact);
        System.arraycopy(rest, 0, flat, 1, rest.length);
        int[] source = flat.clone();
        source[0] = places.positions().length;
        Value base = x.reshape(Shape.of(flat));
        Value rows = values.expand(Shape.of(given)).reshape(Shape.of(source));
        long[] positions = places.positions();
        if (!accumulate) {
            int[] last = lastWriters(positions, flat[0]);
            byte[] written = new byte[flat[0]];
            for (int at : last) {
                written[(int) positions[at]] = 1;
            }
            int[] column = new int[flat.length];
            Arrays.fill(column, 1);
            column[0] = flat[0];
            base = base.maskedFill(x.tape().constant(Tensor.of(written, DType.BOOL, Shape.of(column))), 0);
            if (last.length < positions.length) {
                long[] kept = Arrays.stream(last).asLongStream().toArray();
                rows = rows.indexSelect(0, x.tape().constant(Tensor.of(kept, kept.length)));
                positions = Arrays.stream(kept).map(at -> places.positions()[(int) at]).toArray();
            }
        }
        Value index = x.tape().constant(Tensor.of(positions, positions.length));
        return Accumulate.indexAdd(base, 0, index, rows).reshape(x.shape());
    }

    /** Which entries are the last for their position, in order. */
    private static int[] lastWriters(long[] positions, int count) {
        int[] last = new int[count];
        Arrays.fill(last, -1);
        for (int i = 0; i < positions.length; i++) {
            last[(int) positions[i]] = i;
        }
        return Arrays.stream(last).filter(i -> i >= 0).sorted().toArray();
    }

    /**
     * {@code y[..., c] = 1} where {@code ids[...] = c}, else 0: {@code [..., classes]}, a constant of this type.
     *
     * @param ids integers from 0 to {@code classes - 1}, any shape
     */
    public static Value oneHot(Value ids, int classes, DType dtype) {
        long[] numbers = ids.tensor().toLongArray();
        double[] hot = new double[Math.multiplyExact(numbers.length, classes)];
        for (int i = 0; i < numbers.length; i++) {
            if (numbers[i] < 0 || numbers[i] >= classes) {
                throw new IllegalArgumentException(
                        "one_hot: " + numbers[i] + " is none of " + classes + " classes, ids " + ids.shape());
            }
            hot[i * classes + (int) numbers[i]] = 1;
        }
        Shape shape = ids.shape().inserted(ids.shape().rank(), classes);
        return ids.tape().constant(Tensor.of(hot, shape).to(dtype));
    }

    /**
     * Rows of a tensor whose first dimensions count as one.
     *
     * @param positions which rows
     * @param shape what they are seen as
     */
    private record Places(long[] positions, Shape shape) {
        static Places of(Value x, Tensor... indices) {
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
            return new Places(positions, shape);
        }

        static Places ofMask(Value x, Tensor mask) {
            Shape shape = mask.shape();
            int rank = shape.rank();
            if (mask.dtype() != DType.BOOL) {
                throw new IllegalArgumentException("index: the mask must be BOOL, got " + mask.dtype() + shape);
            }
            if (rank > x.shape().rank() || !Arrays.equals(shape.toArray(), Arrays.copyOf(x.shape().toArray(), rank))) {
                throw new IllegalArgumentException(
                        "index: the mask must have the first sizes of the input, input " + x.shape() + ", mask "
                                + shape);
            }
            long[] flags = mask.toLongArray();
            long[] positions = new long[flags.length];
            int count = 0;
            for (int i = 0; i < flags.length; i++) {
                if (flags[i] != 0) {
                    positions[count++] = i;
                }
            }
            return new Places(Arrays.copyOf(positions, count), Shape.of(count));
        }
    }
}
