package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.MappedNumbers;
import io.github.lrp4j.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** The numbers of a tensor on the host as bytes that a device is given: arrays and files as they are, half precision widened. */
final class HostNumbers {
    /** Numbers of half precision that are widened at a time. */
    private static final int PIECE = 1 << 20;

    /** Is given bytes. */
    interface Consumer {
        /**
         * Takes the next numbers.
         *
         * @param from position of the first one among all elements
         */
        void accept(MemorySegment bytes, long from);
    }

    private HostNumbers() {
    }

    /** The type of the copy of {@code dtype} numbers on a device. */
    static DType typeOnDevice(DType dtype) {
        return switch (dtype) {
            case F16, BF16 -> DType.F32;
            case I16 -> DType.I64;
            case F64, F32, I64, I32, I8, U8, BOOL -> dtype;
        };
    }

    /** Hands the elements of x, which is contiguous, to {@code device}: in their order, as {@link #typeOnDevice}. */
    static void forEachPiece(Tensor x, Consumer device) {
        int length = Math.toIntExact(x.elements());
        Optional<MappedNumbers> file = x.mappedNumbers();
        if (file.isPresent()) {
            forEachPiece(file.get(), x.offset(), length, device);
            return;
        }
        long bytes = (long) length * x.dtype().bytes();
        long start = x.offset() * x.dtype().bytes();
        device.accept(switch (x.dtype()) {
            case F32 -> MemorySegment.ofArray(x.floatsOnce()).asSlice(start, bytes);
            case I32 -> MemorySegment.ofArray(x.ints()).asSlice(start, bytes);
            case I8, U8, BOOL -> MemorySegment.ofArray(x.bytes()).asSlice(start, bytes);
            case F64 -> MemorySegment.ofArray(x.toDoubleArray());
            case I64, I16 -> MemorySegment.ofArray(x.toLongArray());
            case F16, BF16 -> MemorySegment.ofArray(x.toFloatArray());
        }, 0);
    }

    private static void forEachPiece(MappedNumbers file, long first, int length, Consumer device) {
        if (!file.isHalf()) {
            device.accept(file.segment().asSlice(first * Float.BYTES, (long) length * Float.BYTES), 0);
            return;
        }
        float[] piece = new float[Math.min(length, PIECE)];
        for (int from = 0; from < length; from += piece.length) {
            int count = Math.min(piece.length, length - from);
            file.read(first + from, piece, 0, count);
            device.accept(MemorySegment.ofArray(piece).asSlice(0, (long) count * Float.BYTES), from);
        }
    }
}
