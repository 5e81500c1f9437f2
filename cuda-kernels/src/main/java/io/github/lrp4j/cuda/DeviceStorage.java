package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Storage;
import io.github.lrp4j.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/** {@code length} numbers in the memory of one device. */
final class DeviceStorage extends Storage.Device {
    private final ResidentTensors owner;
    private final DType dtype;
    private final long length;
    /** Null if there is no number. */
    private final DeviceBlock block;

    DeviceStorage(ResidentTensors owner, DType dtype, long length, DeviceBlock block, boolean reusable) {
        super(reusable);
        this.owner = owner;
        this.dtype = dtype;
        this.length = length;
        this.block = block;
    }

    /** On which device. */
    ResidentTensors owner() {
        return owner;
    }

    /**
     * Where the numbers begin; 0 if there are none.
     *
     * @throws IllegalStateException if they were released
     */
    long address() {
        requirePresent();
        return block == null ? 0 : block.address();
    }

    @Override
    public DType dtype() {
        return dtype;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    protected Storage.Device shared() {
        return new DeviceStorage(owner, dtype, length, block, false);
    }

    @Override
    protected void free() {
        if (block != null) {
            block.free();
        }
    }

    @Override
    protected Object hostArray(long from, int count) {
        return switch (dtype) {
            case F32 -> {
                float[] numbers = new float[count];
                yield read(from, count, numbers, MemorySegment.ofArray(numbers));
            }
            case F64 -> {
                double[] numbers = new double[count];
                yield read(from, count, numbers, MemorySegment.ofArray(numbers));
            }
            case I64 -> {
                long[] numbers = new long[count];
                yield read(from, count, numbers, MemorySegment.ofArray(numbers));
            }
            case I32 -> {
                int[] numbers = new int[count];
                yield read(from, count, numbers, MemorySegment.ofArray(numbers));
            }
            case I8, U8, BOOL -> {
                byte[] numbers = new byte[count];
                yield read(from, count, numbers, MemorySegment.ofArray(numbers));
            }
            case F16, BF16, I16 -> throw new IllegalStateException("cuda: " + dtype + " is a storage type of files");
        };
    }

    private Object read(long from, int count, Object numbers, MemorySegment target) {
        if (count > 0) {
            owner.transfers().record(Transfers.Direction.TO_HOST, dtype, count);
            try {
                owner.device().read(address() + from * dtype.bytes(), target);
            } finally {
                Reference.reachabilityFence(this); // Unreachable numbers lose their memory.
            }
        }
        return numbers;
    }

    @Override
    protected Tensor contiguous(Tensor view) {
        return owner.kernels().contiguous(view);
    }

    @Override
    protected Tensor converted(Tensor view, DType target) {
        return owner.dense(view, target);
    }
}
