package io.github.lrp4j.tensor.safetensors;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes tensors as little-endian numbers in row-major order, piece by piece, in memory that does not depend on their
 * size.
 */
final class TensorSink {
    private static final int PIECE = 1 << 16;

    private final Path file;
    private final WritableByteChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(PIECE * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);

    /** A sink into {@code channel}; {@code file} is for messages. */
    TensorSink(Path file, WritableByteChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    void write(byte[] bytes) throws IOException {
        writeFully(ByteBuffer.wrap(bytes));
    }

    /** The elements of {@code tensor} as {@code stored}: its own type, or for F32 also F16 or BF16. */
    void write(String name, Tensor tensor, DType stored) throws IOException {
        if (tensor.elements() == 0) {
            return;
        }
        // Halves of halves along the outermost dimension that can be split: row-major order, whatever the strides.
        Deque<Tensor> parts = new ArrayDeque<>();
        parts.push(tensor);
        while (!parts.isEmpty()) {
            Tensor part = parts.pop();
            if (part.elements() <= PIECE) {
                buffer.clear();
                encode(name, part, stored);
                writeFully(buffer.flip());
            } else {
                int dim = 0;
                while (part.size(dim) == 1) {
                    dim++;
                }
                int size = part.size(dim);
                parts.push(part.slice(dim, size / 2, size));
                parts.push(part.slice(dim, 0, size / 2));
            }
        }
    }

    private void encode(String name, Tensor part, DType stored) throws SafetensorsException {
        int count = Math.toIntExact(part.elements());
        switch (stored) {
            case F64 -> buffer.asDoubleBuffer().put(part.toDoubleArray());
            case F32 -> buffer.asFloatBuffer().put(part.toFloatArray());
            case I64 -> buffer.asLongBuffer().put(part.toLongArray());
            case I32 -> buffer.asIntBuffer().put(part.toIntArray());
            case F16, BF16 -> buffer.asShortBuffer().put(rounded(name, part.toFloatArray(), stored));
            case I16 -> {
                for (int value : part.toIntArray()) {
                    buffer.putShort((short) value);
                }
            }
            case I8, U8, BOOL -> {
                for (int value : part.toIntArray()) {
                    buffer.put((byte) value);
                }
            }
        }
        buffer.position(count * stored.bytes());
    }

    private short[] rounded(String name, float[] values, DType stored) throws SafetensorsException {
        short[] bits = new short[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = stored == DType.F16 ? Float.floatToFloat16(values[i]) : bfloat16(values[i]);
            int exponent = stored == DType.F16 ? 0x7C00 : 0x7F80;
            if ((bits[i] & exponent) == exponent && Float.isFinite(values[i])) {
                throw new SafetensorsException(file, name, values[i] + " exceeds the range of " + stored);
            }
        }
        return bits;
    }

    /** The upper half of the bits, rounded to nearest, ties to even; NaN stays NaN. */
    private static short bfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            int upper = bits >>> 16;
            return (short) ((upper & 0x7F) == 0 ? upper | 0x40 : upper);
        }
        // A carry out of the fraction runs into the exponent, as it should.
        return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
    }

    private void writeFully(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
