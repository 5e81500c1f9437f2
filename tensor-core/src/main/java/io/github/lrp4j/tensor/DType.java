package io.github.lrp4j.tensor;

/**
 * Element type of a {@link Tensor}.
 *
 * <p>{@link #F32} is the working type and {@link #F64} the type of truth (reference kernels). The half precision and
 * small integer types are <em>storage</em> types: they occur in weight files and are converted when they are read.
 */
public enum DType {
    /** IEEE 754 binary64. */
    F64(8, true),
    /** IEEE 754 binary32, the working type. */
    F32(4, true),
    /** IEEE 754 binary16, storage only. */
    F16(2, true),
    /** The upper half of a binary32, storage only. */
    BF16(2, true),
    /** Signed 64-bit integer: token ids and indices. */
    I64(8, false),
    /** Signed 32-bit integer. */
    I32(4, false),
    /** Signed 16-bit integer, storage only. */
    I16(2, false),
    /** Signed 8-bit integer, storage only. */
    I8(1, false),
    /** Unsigned 8-bit integer: image bytes. */
    U8(1, false),
    /** One byte, 0 or 1: masks. */
    BOOL(1, false);

    private final int bytes;
    private final boolean floating;

    DType(int bytes, boolean floating) {
        this.bytes = bytes;
        this.floating = floating;
    }

    /** Size of one element in bytes. */
    public int bytes() {
        return bytes;
    }

    /** Whether values of this type can carry a gradient or relevance. */
    public boolean isFloating() {
        return floating;
    }

    /** The type in which {@code this} and {@code other} meet: F64 wins over any float, floats win over integers. */
    public DType promote(DType other) {
        if (this == other) {
            return this;
        }
        if (floating || other.floating) {
            return this == F64 || other == F64 ? F64 : F32;
        }
        return I64;
    }
}
