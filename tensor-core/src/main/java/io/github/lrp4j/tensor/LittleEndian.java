package io.github.lrp4j.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Little-endian numbers of any {@link DType} in a segment, read one by one or in bulk. Positions count elements from
 * the start of the segment; nothing needs to be aligned.
 */
final class LittleEndian {
    private static final ValueLayout.OfDouble F64 =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong I64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort I16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Half precision is widened in pieces of this many elements: the piece stays in the first-level cache. */
    private static final int PIECE = 4096;

    private LittleEndian() {
    }

    static double doubleAt(MemorySegment segment, DType dtype, long index) {
        return switch (dtype) {
            case F64 -> segment.get(F64, 8 * index);
            case F32 -> segment.get(F32, 4 * index);
            case F16 -> Float.float16ToFloat(segment.get(I16, 2 * index));
            case BF16 -> bfloat16ToFloat(segment.get(I16, 2 * index));
            case I64, I32, I16, I8, U8, BOOL -> longAt(segment, dtype, index);
        };
    }

    /** All numbers as an array of the type's own Java type; half precision as {@code short} patterns. */
    static Object array(MemorySegment segment, DType dtype) {
        return switch (dtype) {
            case F64 -> segment.toArray(F64);
            case F32 -> segment.toArray(F32);
            case I64 -> segment.toArray(I64);
            case I32 -> segment.toArray(I32);
            case F16, BF16, I16 -> segment.toArray(I16);
            case I8, U8, BOOL -> segment.toArray(ValueLayout.JAVA_BYTE);
        };
    }

    static long longAt(MemorySegment segment, DType dtype, long index) {
        return switch (dtype) {
            case I64 -> segment.get(I64, 8 * index);
            case I32 -> segment.get(I32, 4 * index);
            case I16 -> segment.get(I16, 2 * index);
            case I8 -> segment.get(ValueLayout.JAVA_BYTE, index);
            case U8, BOOL -> segment.get(ValueLayout.JAVA_BYTE, index) & 0xFF;
            case F64, F32, F16, BF16 -> (long) doubleAt(segment, dtype, index);
        };
    }

    /** {@code target[i] = segment[from + i]}. */
    static void read(MemorySegment segment, DType dtype, long from, float[] target) {
        read(segment, dtype, from, target, 0, target.length);
    }

    /** {@code target[at + i] = segment[from + i]} for {@code i < count}. */
    static void read(MemorySegment segment, DType dtype, long from, float[] target, int at, int count) {
        switch (dtype) {
            case F32 -> MemorySegment.copy(segment, F32, 4 * from, target, at, count);
            case F16, BF16 -> readHalf(segment, dtype == DType.F16, from, target, at, count);
            case F64, I64, I32, I16, I8, U8, BOOL -> {
                for (int i = 0; i < count; i++) {
                    target[at + i] = (float) doubleAt(segment, dtype, from + i);
                }
            }
        }
    }

    /** {@code target[at + i]} = the 16 bits at {@code from + i}. */
    static void readHalves(MemorySegment segment, long from, short[] target, int at, int count) {
        MemorySegment.copy(segment, I16, 2 * from, target, at, count);
    }

    /** {@code target[i] = segment[from + i]}. */
    static void read(MemorySegment segment, DType dtype, long from, double[] target) {
        if (dtype == DType.F64) {
            MemorySegment.copy(segment, F64, 8 * from, target, 0, target.length);
            return;
        }
        for (int i = 0; i < target.length; i++) {
            target[i] = doubleAt(segment, dtype, from + i);
        }
    }

    /** {@code target[i] = segment[from + i]}, fractions cut off. */
    static void read(MemorySegment segment, DType dtype, long from, long[] target) {
        if (dtype == DType.I64) {
            MemorySegment.copy(segment, I64, 8 * from, target, 0, target.length);
            return;
        }
        for (int i = 0; i < target.length; i++) {
            target[i] = longAt(segment, dtype, from + i);
        }
    }

    private static void readHalf(MemorySegment segment, boolean binary16, long from, float[] target, int at,
            int count) {
        short[] piece = new short[Math.min(PIECE, count)];
        int length;
        for (int done = 0; done < count; done += length) {
            length = Math.min(piece.length, count - done);
            readHalves(segment, from + done, piece, 0, length);
            widen(binary16, piece, 0, target, at + done, length);
        }
    }

    /** {@code target[at + i]} = the number of pattern {@code halves[from + i]}: binary16, or else bfloat16. */
    static void widen(boolean binary16, short[] halves, int from, float[] target, int at, int count) {
        if (binary16) {
            widenFloat16(halves, from, target, at, count);
        } else {
            widenBfloat16(halves, from, target, at, count);
        }
    }

    // Small methods over arrays: compiled, and vectorised, after the first few pieces of the first file.

    private static void widenFloat16(short[] halves, int from, float[] target, int at, int count) {
        for (int i = 0; i < count; i++) {
            target[at + i] = Float.float16ToFloat(halves[from + i]);
        }
    }

    private static void widenBfloat16(short[] halves, int from, float[] target, int at, int count) {
        for (int i = 0; i < count; i++) {
            target[at + i] = bfloat16ToFloat(halves[from + i]);
        }
    }

    private static float bfloat16ToFloat(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }
}
