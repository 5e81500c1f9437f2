package io.github.lrp4j.cuda;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The arguments of a kernel in the order of its parameters, laid out as the C compiler lays out their types: each at the next
 * multiple of its alignment: {@code new Arguments().pointer(x).view(view).f64(alpha).i64(elements)}.
 */
final class Arguments {
    /** What a kernel's parameters may take together on every device. */
    private static final int MOST_BYTES = 4096;

    private final ByteBuffer bytes = ByteBuffer.allocate(MOST_BYTES).order(ByteOrder.nativeOrder());
    private int[] offsets = new int[16];
    private int count;

    /** An address on the device; 0 is null. */
    Arguments pointer(long address) {
        start(Long.BYTES);
        bytes.putLong(address);
        return this;
    }

    /** {@code int}. */
    Arguments i32(int value) {
        start(Integer.BYTES);
        bytes.putInt(value);
        return this;
    }

    /** {@code long long}. */
    Arguments i64(long value) {
        start(Long.BYTES);
        bytes.putLong(value);
        return this;
    }

    /** {@code double}: scalars travel in float64, whatever a kernel computes in. */
    Arguments f64(double value) {
        start(Double.BYTES);
        bytes.putDouble(value);
        return this;
    }

    /** {@code struct View} of {@code lrp4j.cuh}. */
    Arguments view(View view) {
        start(Long.BYTES);
        view.write(bytes);
        return this;
    }

    /** {@code struct} of as many {@code int}s. */
    Arguments ints(int... values) {
        start(Integer.BYTES);
        for (int value : values) {
            bytes.putInt(value);
        }
        return this;
    }

    private void start(int alignment) {
        int at = Math.ceilDiv(bytes.position(), alignment) * alignment;
        bytes.position(at);
        if (count == offsets.length) {
            offsets = Arrays.copyOf(offsets, 2 * count);
        }
        offsets[count++] = at;
    }

    /** All arguments, one after the other. */
    byte[] toBytes() {
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    /** Where each argument begins in {@link #toBytes()}. */
    int[] offsets() {
        return Arrays.copyOf(offsets, count);
    }
}
