package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.nio.ByteBuffer;

/**
 * How a kernel finds the elements of up to three operands that walk over the same shape, as {@code struct View} of
 * {@code lrp4j.cuh}: sizes, and per operand the distance of neighbours along each dimension. Dimensions of size 1 are left
 * out, and neighbours that all operands walk over as one are one, so that most views have one or two dimensions.
 */
final class View {
    /** Dimensions that a view can have after neighbours were joined. */
    static final int MOST_DIMENSIONS = 8;
    /** Operands that a view can have. */
    static final int MOST_OPERANDS = 4;

    private final int rank;
    private final long[] sizes;
    private final long[][] strides;

    private View(int rank, long[] sizes, long[][] strides) {
        this.rank = rank;
        this.sizes = sizes;
        this.strides = strides;
    }

    /**
     * Walks over {@code shape} in row-major order.
     *
     * @param operands tensors of that shape, expanded where they were stretched
     * @throws IllegalArgumentException if more than {@value #MOST_DIMENSIONS} dimensions are left
     */
    static View of(Shape shape, Tensor... operands) {
        long[][] distances = new long[operands.length][shape.rank()];
        for (int o = 0; o < operands.length; o++) {
            for (int d = 0; d < shape.rank(); d++) {
                distances[o][d] = operands[o].stride(d);
            }
        }
        return of(shape, distances);
    }

    /**
     * Walks over {@code shape} in row-major order.
     *
     * @param distances of neighbours along each dimension, per operand; may be negative
     */
    static View of(Shape shape, long[]... distances) {
        long[] sizes = new long[shape.rank()];
        long[][] strides = new long[distances.length][shape.rank()];
        int rank = 0;
        for (int d = 0; d < shape.rank(); d++) {
            if (shape.size(d) == 1) {
                continue;
            }
            boolean joins = rank > 0;
            for (int o = 0; joins && o < distances.length; o++) {
                joins = strides[o][rank - 1] == distances[o][d] * shape.size(d);
            }
            if (joins) {
                sizes[rank - 1] *= shape.size(d);
            } else {
                sizes[rank++] = shape.size(d);
            }
            for (int o = 0; o < distances.length; o++) {
                strides[o][rank - 1] = distances[o][d];
            }
        }
        if (rank > MOST_DIMENSIONS) {
            throw new IllegalArgumentException("cuda: a view of " + shape + " has " + rank
                    + " dimensions that cannot be joined, at most " + MOST_DIMENSIONS + " are supported");
        }
        return new View(rank, sizes, strides);
    }

    /** Whether all operands lie in row-major order without gaps. */
    boolean isFlat() {
        if (rank == 0) {
            return true;
        }
        for (long[] operand : strides) {
            if (rank != 1 || operand[0] != 1) {
                return false;
            }
        }
        return true;
    }

    /** {@code int rank; long long size[8]; long long stride[4][8]}. */
    void write(ByteBuffer to) {
        to.putInt(rank).putInt(0);
        for (int d = 0; d < MOST_DIMENSIONS; d++) {
            to.putLong(d < rank ? sizes[d] : 1);
        }
        for (int o = 0; o < MOST_OPERANDS; o++) {
            for (int d = 0; d < MOST_DIMENSIONS; d++) {
                to.putLong(o < strides.length && d < rank ? strides[o][d] : 0);
            }
        }
    }
}
