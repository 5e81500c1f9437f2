package io.github.lrp4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tensors over raw little-endian bytes, as they lie in a weight file. */
class MappedTensorTest {
    private static final int ALL_HALVES = 1 << 16;

    /** Every 16-bit pattern, among them subnormals, infinities and all NaNs. */
    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16"})
    void everyHalfPrecisionPatternIsWidenedExactly(DType dtype) {
        ByteBuffer bytes = bytes(2 * ALL_HALVES);
        for (int i = 0; i < ALL_HALVES; i++) {
            bytes.putShort((short) i);
        }
        Tensor tensor = mapped(bytes, dtype, ALL_HALVES);
        float[] expected = new float[ALL_HALVES];
        double[] doubles = new double[ALL_HALVES];
        for (int i = 0; i < ALL_HALVES; i++) {
            expected[i] = dtype == DType.F16 ? float16(i) : bfloat16(i);
            doubles[i] = expected[i];
            if (dtype == DType.F16) {
                assertThat(Float.compare(expected[i], Float.float16ToFloat((short) i))).isZero();
            }
        }
        assertThat(tensor.floats()).isEqualTo(expected);
        assertThat(tensor.toFloatArray()).isEqualTo(expected);
        assertThat(tensor.toDoubleArray()).isEqualTo(doubles);
    }

    /** Seen by writing to the memory after the conversion, which nobody else may do. */
    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16"})
    void halfPrecisionIsWidenedAtTheFirstUseAndOnce(DType dtype) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(4).order(ByteOrder.LITTLE_ENDIAN);
        Tensor halves = Tensor.mapped(MemorySegment.ofBuffer(bytes), dtype, Shape.of(2));
        Tensor widened = halves.to(DType.F32);
        bytes.putShort(0, (short) 0x3C00).putShort(2, (short) 0x4000);

        float[] first = widened.floats();

        float one = dtype == DType.F16 ? float16(0x3C00) : bfloat16(0x3C00);
        float two = dtype == DType.F16 ? float16(0x4000) : bfloat16(0x4000);
        assertThat(widened.dtype()).isEqualTo(DType.F32);
        assertThat(first).containsExactly(one, two);
        assertThat(widened.toFloatArray()).containsExactly(one, two);
        assertThat(widened.toDoubleArray()).containsExactly(one, two);
        assertThat(widened.at(1)).isEqualTo(two);
        assertThat(widened.slice(0, 1, 2).to(DType.F32).toFloatArray()).containsExactly(two);
        assertThat(halves.slice(0, 1, 2).to(DType.F32).toFloatArray()).containsExactly(two);
        bytes.putShort(0, (short) 0);
        assertThat(widened.floats()).isSameAs(first).containsExactly(one, two);
    }

    /** The definition of IEEE 754 binary16: sign, 5 bits of exponent with bias 15, 10 bits of fraction. */
    private static float float16(int bits) {
        int exponent = bits >> 10 & 31;
        int fraction = bits & 1023;
        double magnitude = exponent == 31
                ? (fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN)
                : exponent == 0
                        ? fraction * Math.pow(2, -24)
                        : (1024 + fraction) * Math.pow(2, exponent - 25);
        return (float) (bits >> 15 == 0 ? magnitude : -magnitude);
    }

    /** The definition of bfloat16: sign, 8 bits of exponent with bias 127, 7 bits of fraction. */
    private static float bfloat16(int bits) {
        int exponent = bits >> 7 & 255;
        int fraction = bits & 127;
        double magnitude = exponent == 255
                ? (fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN)
                : exponent == 0
                        ? fraction * Math.pow(2, -133)
                        : (128 + fraction) * Math.pow(2, exponent - 134);
        return (float) (bits >> 15 == 0 ? magnitude : -magnitude);
    }

    /** Lengths around the piece by piece conversion, and slices that start anywhere. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 7, 31, 4095, 4096, 4097, 12289})
    void slicesOfEveryLengthAreRead(int length) {
        for (DType dtype : new DType[] {DType.F16, DType.BF16, DType.F32}) {
            ByteBuffer bytes = bytes((length + 3) * dtype.bytes());
            for (int i = 0; i < length + 3; i++) {
                float value = i % 251 - 125;
                switch (dtype) {
                    case F16 -> bytes.putShort(Float.floatToFloat16(value));
                    case BF16 -> bytes.putShort((short) (Float.floatToIntBits(value) >> 16));
                    default -> bytes.putFloat(value);
                }
            }
            Tensor slice = mapped(bytes, dtype, length + 3).slice(0, 3, length + 3);
            float[] expected = new float[length];
            IntStream.range(0, length).forEach(i -> expected[i] = (i + 3) % 251 - 125);
            assertThat(slice.toFloatArray()).isEqualTo(expected);
            double[] doubles = slice.toDoubleArray();
            assertThat(doubles).hasSize(length);
            for (int i = 0; i < length; i++) {
                assertThat(doubles[i]).isEqualTo(expected[i]);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"I64", "I32", "I16", "I8", "U8", "BOOL"})
    void integersAreReadWithTheirSign(DType dtype) {
        ByteBuffer bytes = bytes(3 * dtype.bytes());
        for (long value : new long[] {1, -2, 100}) {
            for (int b = 0; b < dtype.bytes(); b++) {
                bytes.put((byte) (value >> (8 * b)));
            }
        }
        Tensor tensor = mapped(bytes, dtype, 3);
        long second = dtype == DType.U8 || dtype == DType.BOOL ? 254 : -2;
        assertThat(tensor.toLongArray()).containsExactly(1, second, 100);
        assertThat(tensor.slice(0, 0, 3, 2).toLongArray()).containsExactly(1, 100);
        assertThat(tensor.toDoubleArray()).containsExactly(1, (double) second, 100);
        assertThat(tensor.toFloatArray()).containsExactly(1, (float) second, 100);
        assertThat(tensor.toIntArray()).containsExactly(1, (int) second, 100);
        assertThatIllegalStateException().isThrownBy(tensor::floats).withMessageContaining(dtype.name());
    }

    @Test
    void largeLongsKeepAllTheirDigits() {
        ByteBuffer bytes = bytes(16).putLong(Long.MAX_VALUE).putLong(Long.MIN_VALUE + 1);
        assertThat(mapped(bytes, DType.I64, 2).toLongArray()).containsExactly(Long.MAX_VALUE, Long.MIN_VALUE + 1);
    }

    @Test
    void copyingOutLeavesNoConvertedArrayBehindAndFloatsIsConvertedOnce() {
        Tensor tensor = mapped(bytes(8).putFloat(1).putFloat(2), DType.F32, 2);
        assertThat(tensor.toFloatArray()).isNotSameAs(tensor.toFloatArray());
        assertThat(tensor.floats()).isSameAs(tensor.floats()).containsExactly(1, 2);
    }

    @Test
    void unalignedNumbersAreRead() {
        MemorySegment segment = Arena.ofAuto().allocate(33, 8);
        segment.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN).position(1).putDouble(0.5).putDouble(-3).putDouble(7)
                .putDouble(9);
        Tensor tensor = Tensor.mapped(segment.asSlice(1, 32), DType.F64, Shape.of(2, 2));
        assertThat(tensor.toDoubleArray()).containsExactly(0.5, -3, 7, 9);
        assertThat(tensor.transpose(0, 1).toDoubleArray()).containsExactly(0.5, 7, -3, 9);
    }

    @Test
    void stridedIntegersStayOfTheirType() {
        Tensor tensor = Tensor.of(new int[] {1, 2, 3, 4}, Shape.of(2, 2)).transpose(0, 1).contiguous();
        assertThat(tensor.dtype()).isEqualTo(DType.I32);
        assertThat(tensor.toIntArray()).containsExactly(1, 3, 2, 4);
    }

    @Test
    void aSegmentOfTheWrongSizeIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> mapped(bytes(9), DType.F32, 2))
                .withMessageContaining("8 bytes")
                .withMessageContaining("9");
    }

    private static ByteBuffer bytes(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static Tensor mapped(ByteBuffer bytes, DType dtype, int length) {
        return Tensor.mapped(MemorySegment.ofBuffer(bytes.rewind()), dtype, Shape.of(length));
    }
}
