package io.github.lrp4j.tensor.safetensors;

import java.util.Arrays;
import java.util.Optional;

/** What a header says of one tensor: type, shape and the bytes {@code begin .. end - 1} of the data. */
final class TensorEntry {
    final String name;
    final String typeName;
    final long begin;
    final long end;
    private final long[] shape;

    TensorEntry(String name, String typeName, long[] shape, long begin, long end) {
        this.name = name;
        this.typeName = typeName;
        this.shape = shape;
        this.begin = begin;
        this.end = end;
    }

    /** The type, if the format knows it. */
    Optional<StoredType> type() {
        return StoredType.named(typeName);
    }

    /** Size in bytes. */
    long size() {
        return end - begin;
    }

    /**
     * {@code ceil(product of the shape * bits / 8)} for elements of {@code bits}; -1 if the bits do not fill whole
     * bytes.
     *
     * @throws ArithmeticException if the product exceeds a {@code long}
     */
    long impliedSize(int bits) {
        long elements = 1;
        for (long size : shape) {
            elements = Math.multiplyExact(elements, size);
        }
        long total = Math.multiplyExact(elements, (long) bits);
        return total % 8 == 0 ? total / 8 : -1;
    }

    /** The shape as tensors have it; empty if a size exceeds an {@code int}. */
    Optional<int[]> sizes() {
        return Arrays.stream(shape).allMatch(size -> size <= Integer.MAX_VALUE)
                ? Optional.of(Arrays.stream(shape).mapToInt(size -> (int) size).toArray())
                : Optional.empty();
    }

    /** The shape in brackets. */
    String shapeText() {
        return Arrays.toString(shape);
    }

    /** The offsets in brackets. */
    String offsetsText() {
        return "[" + begin + ", " + end + "]";
    }
}
