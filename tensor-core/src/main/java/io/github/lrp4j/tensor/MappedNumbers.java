package io.github.lrp4j.tensor;

import java.lang.foreign.MemorySegment;

/**
 * {@code number[i]}: floating-point numbers of a mapped file, read in pieces as float32, so that no converted copy of
 * them is needed. Half precision is widened exactly. For kernels; see {@link Tensor#mappedNumbers()}. Thread-safe.
 */
public final class MappedNumbers {
    private final MemorySegment segment;
    private final DType stored;

    MappedNumbers(MemorySegment segment, DType stored) {
        this.segment = segment;
        this.stored = stored;
    }

    /** How a number is stored: F32, F16 or BF16. */
    public DType stored() {
        return stored;
    }

    /** Whether a number takes 16 bits. */
    public boolean isHalf() {
        return stored != DType.F32;
    }

    /** The bytes, little-endian, not necessarily aligned. */
    public MemorySegment segment() {
        return segment;
    }

    /** {@code target[at + i] = number[from + i]} for {@code i < count}. */
    public void read(long from, float[] target, int at, int count) {
        LittleEndian.read(segment, stored, from, target, at, count);
    }

    /** {@code target[at + i]} = the pattern of {@code number[from + i]}, for numbers of half precision. */
    public void readHalves(long from, short[] target, int at, int count) {
        LittleEndian.readHalves(segment, from, target, at, count);
    }

    /** {@code target[at + i]} = the number of pattern {@code halves[from + i]}, as {@link #stored()} says. */
    public static void widen(DType stored, short[] halves, int from, float[] target, int at, int count) {
        LittleEndian.widen(stored == DType.F16, halves, from, target, at, count);
    }
}
