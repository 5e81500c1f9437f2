package io.github.lrp4j.tensor.kernels;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;

/** Positions of elements in row-major arrays. */
final class Positions {
    private Positions() {
    }

    /** {@code offset + i0 stride0 + i1 stride1 + ...} for every index of {@code shape}, in row-major order. */
    static int[] strided(Shape shape, long[] strides, long offset) {
        int[] positions = new int[shape.arrayLength()];
        int[] sizes = shape.toArray();
        int[] index = new int[sizes.length];
        long position = offset;
        for (int i = 0; i < positions.length; i++) {
            positions[i] = (int) position;
            for (int d = sizes.length - 1; d >= 0; d--) {
                position += strides[d];
                if (++index[d] < sizes[d]) {
                    break;
                }
                position -= strides[d] * sizes[d];
                index[d] = 0;
            }
        }
        return positions;
    }

    /** For every element of {@code target} the position of the element of {@code source} that broadcasting puts there. */
    static int[] broadcast(Shape source, Shape target) {
        long[] own = source.rowMajorStrides();
        long[] strides = new long[target.rank()];
        int lead = target.rank() - source.rank();
        for (int d = 0; d < source.rank(); d++) {
            strides[d + lead] = source.size(d) == 1 ? 0 : own[d];
        }
        return strided(target, strides, 0);
    }

    /**
     * For every element of {@code index}, at {@code [i, j, ...]}, the position of {@code [i, index[i, j], ...]} in
     * {@code shape}, the index standing at {@code dim}.
     */
    static int[] indexed(String kernel, Shape shape, int dim, Tensor index) {
        long[] strides = shape.rowMajorStrides();
        int step = (int) strides[dim];
        strides[dim] = 0;
        int[] positions = strided(index.shape(), strides, 0);
        int[] along = checked(kernel, index, shape, dim);
        for (int i = 0; i < positions.length; i++) {
            positions[i] += along[i] * step;
        }
        return positions;
    }

    /** The numbers of {@code index} as places along dimension {@code dim} of {@code shape}; negative ones count from the end. */
    static int[] checked(String kernel, Tensor index, Shape shape, int dim) {
        if (index.dtype().isFloating()) {
            throw new IllegalArgumentException(
                    kernel + ": the index must hold integers, got " + index.dtype() + index.shape() + " for " + shape);
        }
        int size = shape.size(dim);
        long[] given = index.toLongArray();
        int[] places = new int[given.length];
        for (int i = 0; i < given.length; i++) {
            long place = given[i] < 0 ? given[i] + size : given[i];
            if (place < 0 || place >= size) {
                throw new IndexOutOfBoundsException(
                        kernel + ": index " + given[i] + " is outside of dimension " + dim + " of " + shape);
            }
            places[i] = (int) place;
        }
        return places;
    }
}
