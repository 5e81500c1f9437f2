package io.github.lrp4j.tensor;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * An immutable strided view of numbers: {@code element[i0, i1, ...] = storage[offset + i0 * stride0 + i1 * stride1 + ...]}.
 *
 * <p>A tensor knows no graph and no gradient. {@link #reshape}, {@link #permute}, {@link #slice}, {@link #select} and
 * {@link #expand} share the numbers; nothing here changes them. Row-major order (the last dimension fastest) is the
 * order in which elements are listed, counted and copied; images are NCHW.
 *
 * <p>Dimension arguments may be negative and then count from the end. Thread-safe.
 */
public final class Tensor implements HeapSized {
    private final Storage storage;
    private final Shape shape;
    private final long[] strides;
    private final long offset;

    private Tensor(Storage storage, Shape shape, long[] strides, long offset) {
        this.storage = storage;
        this.shape = shape;
        this.strides = strides;
        this.offset = offset;
    }

    // ---- construction -------------------------------------------------------------------------------------------

    /** A float32 tensor over {@code values}, which are not copied and must not change any more. */
    public static Tensor of(float[] values, Shape shape) {
        requireLength(values.length, shape);
        return contiguous(new Storage.F32(values), shape);
    }

    /** A float32 tensor over {@code values}, which are not copied and must not change any more. */
    public static Tensor of(float[] values, int... sizes) {
        return of(values, Shape.of(sizes));
    }

    /**
     * A float32 tensor over {@code values} whose memory its maker may {@linkplain #reclaim reclaim} when nobody holds the
     * numbers any more. For kernels.
     */
    public static Tensor reusable(float[] values, Shape shape) {
        requireLength(values.length, shape);
        return contiguous(new Storage.F32(values, true), shape);
    }

    /** A float64 tensor over {@code values}, which are not copied and must not change any more. */
    public static Tensor of(double[] values, Shape shape) {
        requireLength(values.length, shape);
        return contiguous(new Storage.F64(values), shape);
    }

    /** A float64 tensor over {@code values}, which are not copied and must not change any more. */
    public static Tensor of(double[] values, int... sizes) {
        return of(values, Shape.of(sizes));
    }

    /** An int64 tensor over {@code values}, which are not copied and must not change any more. */
    public static Tensor of(long[] values, Shape shape) {
        requireLength(values.length, shape);
        return contiguous(new Storage.I64(values), shape);
    }

    /** An int64 tensor over {@code values}, which are not copied and must not change any more. */
    public static Tensor of(long[] values, int... sizes) {
        return of(values, Shape.of(sizes));
    }

    /** An int32 tensor over {@code values}, which are not copied and must not change any more. */
    public static Tensor of(int[] values, Shape shape) {
        requireLength(values.length, shape);
        return contiguous(new Storage.I32(values), shape);
    }

    /** A BOOL, U8 or I8 tensor over {@code values}, which are not copied and must not change any more. */
    public static Tensor of(byte[] values, DType dtype, Shape shape) {
        if (dtype.bytes() != 1) {
            throw new IllegalArgumentException("bytes cannot hold " + dtype);
        }
        requireLength(values.length, shape);
        return contiguous(new Storage.Bytes(values, dtype), shape);
    }

    /** {@code values} as a tensor of type {@code dtype}, one of F32 and F64 (not copied for F64). */
    public static Tensor of(double[] values, DType dtype, Shape shape) {
        return switch (dtype) {
            case F64 -> of(values, shape);
            case F32 -> {
                float[] floats = new float[values.length];
                for (int i = 0; i < floats.length; i++) {
                    floats[i] = (float) values[i];
                }
                yield of(floats, shape);
            }
            default -> throw new IllegalArgumentException("a float64 array becomes F32 or F64, not " + dtype);
        };
    }

    /** A tensor of rank 0. */
    public static Tensor scalar(double value, DType dtype) {
        return of(new double[] {value}, dtype, Shape.SCALAR);
    }

    /** All elements equal to {@code value}; F32 or F64. One number is stored. */
    public static Tensor full(double value, DType dtype, Shape shape) {
        return scalar(value, dtype).expand(shape);
    }

    /** Zeros. One number is stored. */
    public static Tensor zeros(DType dtype, Shape shape) {
        return full(0, dtype, shape);
    }

    /**
     * A tensor over little-endian numbers in {@code segment}, usually a mapped file, without copying. The segment must
     * stay alive as long as the tensor.
     */
    public static Tensor mapped(MemorySegment segment, DType dtype, Shape shape) {
        if (segment.byteSize() != shape.elements() * dtype.bytes()) {
            throw new IllegalArgumentException(
                    "shape " + shape + " of " + dtype + " needs " + shape.elements() * dtype.bytes()
                            + " bytes, the segment has "
                            + segment.byteSize());
        }
        return contiguous(new Storage.Mapped(segment, dtype), shape);
    }

    /** A contiguous tensor over {@code storage}; for backends. */
    public static Tensor contiguous(Storage storage, Shape shape) {
        return new Tensor(storage, shape, shape.rowMajorStrides(), 0);
    }

    private static void requireLength(int length, Shape shape) {
        if (length != shape.elements()) {
            throw new IllegalArgumentException(
                    "shape " + shape + " needs " + shape.elements() + " values, got " + length);
        }
    }

    // ---- facts --------------------------------------------------------------------------------------------------

    /** Sizes. */
    public Shape shape() {
        return shape;
    }

    /** Element type. */
    public DType dtype() {
        return storage.dtype();
    }

    /** Number of dimensions. */
    public int rank() {
        return shape.rank();
    }

    /** Size of dimension {@code dim}. */
    public int size(int dim) {
        return shape.size(dim);
    }

    /** Number of elements. */
    public long elements() {
        return shape.elements();
    }

    /** Distance in the storage between neighbours along {@code dim}; 0 where the dimension was expanded. */
    public long stride(int dim) {
        return strides[shape.axis(dim)];
    }

    /** Position of the first element in the storage. */
    public long offset() {
        return offset;
    }

    /** The numbers behind this view. */
    public Storage storage() {
        return storage;
    }

    /** Whether the elements lie in the storage in row-major order without gaps. */
    public boolean isContiguous() {
        long expected = 1;
        for (int d = rank() - 1; d >= 0; d--) {
            int size = shape.size(d);
            if (size == 0) {
                return true;
            }
            if (size != 1) {
                if (strides[d] != expected) {
                    return false;
                }
                expected *= size;
            }
        }
        return true;
    }

    // ---- views --------------------------------------------------------------------------------------------------

    /**
     * The same elements in row-major order under another shape; one size may be -1 and is derived.
     *
     * <p>Shares the numbers where strides allow, else copies (as PyTorch's {@code reshape}).
     */
    public Tensor reshape(int... sizes) {
        return reshape(inferred(sizes));
    }

    /** The same elements in row-major order under another shape; shares the numbers where strides allow, else copies. */
    public Tensor reshape(Shape target) {
        if (target.elements() != elements()) {
            throw new IllegalArgumentException(
                    "view: " + shape + " has " + elements() + " elements, " + target + " has "
                            + target.elements());
        }
        long[] viewStrides = viewStrides(target);
        if (viewStrides != null) {
            return new Tensor(storage, target, viewStrides, offset);
        }
        return contiguous().reshape(target);
    }

    /** Whether {@link #reshape(Shape)} to {@code target} (as many elements) shares the numbers instead of copying them. */
    public boolean sharesAs(Shape target) {
        return viewStrides(target) != null;
    }

    /** The shape that {@code sizes} mean for this many elements: one size may be -1. */
    public Shape inferred(int... sizes) {
        return shape.inferred(sizes);
    }

    /** Strides under which this storage shows {@code target}, or null if it must be copied. */
    private long[] viewStrides(Shape target) {
        if (isContiguous()) {
            return target.rowMajorStrides();
        }
        // Strides of dimensions of size 1 mean nothing: leave these dimensions out.
        int[] kept = IntStream.range(0, rank()).filter(d -> shape.size(d) != 1).toArray();
        // Walk both shapes from the right in chunks of equal element count; inside a chunk strides must be regular.
        long[] result = new long[target.rank()];
        int t = target.rank() - 1;
        int d = kept.length - 1;
        while (d >= 0) {
            long stride = strides[kept[d]];
            long chunk = shape.size(kept[d]);
            while (d > 0 && strides[kept[d - 1]] == stride * chunk) {
                d--;
                chunk *= shape.size(kept[d]);
            }
            long covered = 1;
            while (t >= 0 && covered < chunk) {
                result[t] = stride * covered;
                covered *= target.size(t);
                t--;
            }
            if (covered != chunk) {
                return null;
            }
            d--;
        }
        // What is left of the target has size 1.
        Arrays.fill(result, 0, t + 1, 1);
        return result;
    }

    /** Dimension {@code i} of the result is dimension {@code order[i]} of this tensor. */
    public Tensor permute(int... order) {
        if (order.length != rank()) {
            throw new IllegalArgumentException(
                    "permute: " + Arrays.toString(order) + " does not order the dimensions of " + shape);
        }
        int[] sizes = new int[order.length];
        long[] moved = new long[order.length];
        boolean[] seen = new boolean[order.length];
        for (int i = 0; i < order.length; i++) {
            int d = shape.axis(order[i]);
            if (seen[d]) {
                throw new IllegalArgumentException(
                        "permute: " + Arrays.toString(order) + " names a dimension of " + shape + " twice");
            }
            seen[d] = true;
            sizes[i] = shape.size(d);
            moved[i] = strides[d];
        }
        return new Tensor(storage, Shape.of(sizes), moved, offset);
    }

    /** Dimensions {@code a} and {@code b} exchanged. */
    public Tensor transpose(int a, int b) {
        int[] order = new int[rank()];
        Arrays.setAll(order, d -> d);
        order[shape.axis(a)] = shape.axis(b);
        order[shape.axis(b)] = shape.axis(a);
        return permute(order);
    }

    /**
     * Elements {@code start, start + step, ...} before {@code end} along {@code dim}. Negative bounds count from the end;
     * bounds outside are clamped.
     */
    public Tensor slice(int dim, int start, int end, int step) {
        int axis = shape.axis(dim);
        int size = shape.size(axis);
        if (step < 1) {
            throw new IllegalArgumentException(
                    "slice of " + shape + " along " + dim + ": step " + step + " is not positive");
        }
        int from = Math.clamp(start < 0 ? start + size : start, 0, size);
        int to = Math.clamp(end < 0 ? end + size : end, from, size);
        int count = Math.ceilDiv(to - from, step);
        long[] stepped = strides.clone();
        stepped[axis] *= step;
        return new Tensor(storage, shape.with(axis, count), stepped,
                count == 0 ? offset : offset + from * strides[axis]);
    }

    /** Elements {@code start .. end - 1} along {@code dim}. */
    public Tensor slice(int dim, int start, int end) {
        return slice(dim, start, end, 1);
    }

    /** Element {@code index} along {@code dim}, which disappears; negative counts from the end. */
    public Tensor select(int dim, int index) {
        int axis = shape.axis(dim);
        int at = index < 0 ? index + shape.size(axis) : index;
        if (at < 0 || at >= shape.size(axis)) {
            throw new IndexOutOfBoundsException("select " + index + " along dimension " + dim + " of " + shape);
        }
        long[] rest = new long[rank() - 1];
        System.arraycopy(strides, 0, rest, 0, axis);
        System.arraycopy(strides, axis + 1, rest, axis, rest.length - axis);
        return new Tensor(storage, shape.without(axis), rest, offset + at * strides[axis]);
    }

    /** This tensor broadcast to {@code target}: sizes of 1 stretch, new dimensions appear at the front. */
    public Tensor expand(Shape target) {
        if (target.equals(shape)) {
            return this;
        }
        int lead = target.rank() - rank();
        if (lead < 0) {
            throw new IllegalArgumentException("expand: " + shape + " has more dimensions than " + target);
        }
        long[] stretched = new long[target.rank()];
        for (int d = 0; d < rank(); d++) {
            int to = target.size(d + lead);
            if (shape.size(d) == to) {
                stretched[d + lead] = strides[d];
            } else if (shape.size(d) != 1) {
                throw new IllegalArgumentException("expand: " + shape + " does not stretch to " + target);
            }
        }
        return new Tensor(storage, target, stretched, offset);
    }

    /** With a new dimension of size 1 before dimension {@code dim}. */
    public Tensor unsqueeze(int dim) {
        int axis = dim < 0 ? dim + rank() + 1 : dim;
        Shape grown = shape.inserted(axis, 1);
        long[] more = new long[rank() + 1];
        System.arraycopy(strides, 0, more, 0, axis);
        more[axis] = 1;
        System.arraycopy(strides, axis, more, axis + 1, rank() - axis);
        return new Tensor(storage, grown, more, offset);
    }

    /** Without dimension {@code dim} if its size is 1, else this. */
    public Tensor squeeze(int dim) {
        return shape.size(dim) == 1 ? select(dim, 0) : this;
    }

    // ---- numbers ------------------------------------------------------------------------------------------------

    /** Whether the numbers lie in the memory of an accelerator. */
    public boolean isOnDevice() {
        return storage instanceof Storage.Device;
    }

    /**
     * These elements in the memory of the host: this tensor if it lies there, else a copy, which is a transfer. What reads
     * numbers on the host ({@link #toFloatArray}, {@link #item}, {@link #floats} ...) makes such a copy each time.
     */
    public Tensor toHost() {
        if (!(storage instanceof Storage.Device device)) {
            return this;
        }
        long span = span();
        if (span > 2 * elements()) {
            return copied(contiguous()).toHost(); // A few numbers that lie far apart are brought together there.
        }
        Storage copy = device.onHost(offset, Math.toIntExact(span));
        return copied(new Tensor(copy, shape, strides, 0));
    }

    /** How many numbers of the storage lie from the first element to the last one, both included; 0 without elements. */
    public long span() {
        if (elements() == 0) {
            return 0;
        }
        long last = 0;
        for (int d = 0; d < rank(); d++) {
            last += strides[d] * (shape.size(d) - 1);
        }
        return last + 1;
    }

    /**
     * This view over another storage with the same numbers; for backends.
     *
     * @param same holds what this storage holds from position {@code from} on
     */
    public Tensor over(Storage same, long from) {
        if (offset < from || offset - from + span() > same.length()) {
            throw new IllegalArgumentException("over: " + shape + " needs the numbers " + offset + " .. "
                    + (offset + span() - 1) + ", the storage holds " + same.length() + " from " + from + " on");
        }
        return new Tensor(same, shape, strides, offset - from);
    }

    /** This tensor if it is contiguous, else a row-major copy, on the device if this tensor lies there. */
    public Tensor contiguous() {
        if (isContiguous()) {
            return this;
        }
        if (storage instanceof Storage.Device device) {
            return copied(device.contiguous(this));
        }
        return copied(switch (dtype()) {
            case F64 -> of(toDoubleArray(), shape);
            case F32, F16, BF16 -> of(toFloatArray(), shape);
            case I64, I16 -> of(toLongArray(), shape);
            case I32, I8, U8, BOOL -> to(dtype());
        });
    }

    /** A copy of this tensor's elements; where they are traced, it says so. */
    private Tensor copied(Tensor copy) {
        boolean sameNumbers = dtype().isFloating() && copy.dtype().isFloating();
        if (storage.isTraced() && sameNumbers && copy.storage != storage) {
            copy.storage.traceFrom(this);
        }
        return copy;
    }

    /**
     * This tensor as {@code target}: F32, F64, I64 or BOOL (zero is false); this tensor itself where nothing changes. All
     * numbers of half precision in a {@linkplain #mapped mapped} file become float32 when they are first used. What lies
     * on a device stays there.
     */
    public Tensor to(DType target) {
        if (target == dtype() && isContiguous()) {
            return this;
        }
        if (storage instanceof Storage.Device device) {
            return target == dtype() ? contiguous() : copied(device.converted(this, target));
        }
        return copied(switch (target) {
            case F64 -> of(toDoubleArray(), shape);
            case F32 -> isWholeHalfPrecision()
                    ? contiguous(((Storage.Mapped) storage).widened(), shape)
                    : of(toFloatArray(), shape);
            case I64 -> of(toLongArray(), shape);
            case I32 -> {
                long[] values = toLongArray();
                int[] ints = new int[values.length];
                for (int i = 0; i < ints.length; i++) {
                    ints[i] = Math.toIntExact(values[i]);
                }
                yield of(ints, shape);
            }
            case BOOL, U8, I8 -> {
                byte[] bytes = new byte[shape.arrayLength()];
                Cursor cursor = new Cursor(this);
                for (int i = 0; i < bytes.length; i++) {
                    double value = storage.doubleAt(cursor.next());
                    bytes[i] = (byte) (target == DType.BOOL ? (value != 0 ? 1 : 0) : (int) value);
                }
                yield of(bytes, target, shape);
            }
            case F16, BF16, I16 ->
                throw new IllegalArgumentException(target + " is a storage type; tensors are not converted to it");
        });
    }

    private boolean isWholeHalfPrecision() {
        boolean half = dtype() == DType.F16 || dtype() == DType.BF16;
        return half && storage instanceof Storage.Mapped && isContiguous() && elements() == storage.length();
    }

    /**
     * The backing {@code float[]} of a float32 (or mapped half precision) tensor; element {@code [i0, ...]} is at
     * {@code offset + i0 * stride0 + ...}. For kernels: reading only.
     *
     * @throws IllegalStateException for other types
     */
    public float[] floats() {
        return storage.floats();
    }

    /**
     * As {@link #floats()}, for one reading: where many numbers lie in a mapped file, the array is not kept. For kernels.
     *
     * @throws IllegalStateException for other types
     */
    public float[] floatsOnce() {
        return storage.floatsOnce();
    }

    /**
     * The numbers of a float32 or half precision tensor that lie in a {@linkplain #mapped mapped} file, addressed like
     * {@link #floats()}; empty for all others. For kernels, which save the memory of a converted copy with it.
     */
    public Optional<MappedNumbers> mappedNumbers() {
        return storage instanceof Storage.Mapped file ? Optional.ofNullable(file.numbers()) : Optional.empty();
    }

    /**
     * The {@code int[]} behind an int32 tensor, addressed like {@link #floats()}. For kernels: reading only.
     *
     * @throws IllegalStateException for other types
     */
    public int[] ints() {
        if (storage.array() instanceof int[] array) {
            return array;
        }
        throw new IllegalStateException("a " + dtype() + " tensor has no int32 array; convert it with to(DType.I32)");
    }

    /**
     * The {@code byte[]} behind a BOOL, U8 or I8 tensor, addressed like {@link #floats()}. For kernels: reading only.
     *
     * @throws IllegalStateException for other types
     */
    public byte[] bytes() {
        if (storage.array() instanceof byte[] array) {
            return array;
        }
        throw new IllegalStateException("a " + dtype() + " tensor has no byte array; convert it with to(DType.BOOL)");
    }

    /** The backing {@code long[]} and offset are not shared: a copy of the elements as {@code long}, row-major. */
    public long[] toLongArray() {
        if (isOnDevice()) {
            return toHost().toLongArray();
        }
        long[] values = new long[shape.arrayLength()];
        if (storage instanceof Storage.I64 s && isContiguous()) {
            System.arraycopy(s.array, (int) offset, values, 0, values.length);
            return values;
        }
        if (storage instanceof Storage.Mapped s && isContiguous()) {
            s.read(offset, values);
            return values;
        }
        Cursor cursor = new Cursor(this);
        for (int i = 0; i < values.length; i++) {
            values[i] = storage.longAt(cursor.next());
        }
        return values;
    }

    /** A row-major copy of the elements as {@code int}. */
    public int[] toIntArray() {
        if (isOnDevice()) {
            return toHost().toIntArray();
        }
        int[] values = new int[shape.arrayLength()];
        if (storage instanceof Storage.I32 s && isContiguous()) {
            System.arraycopy(s.array, (int) offset, values, 0, values.length);
            return values;
        }
        Cursor cursor = new Cursor(this);
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.toIntExact(storage.longAt(cursor.next()));
        }
        return values;
    }

    /** A row-major copy of the elements as {@code float}. */
    public float[] toFloatArray() {
        if (isOnDevice()) {
            return toHost().toFloatArray();
        }
        int length = shape.arrayLength();
        float[] values = new float[length];
        if (storage instanceof Storage.Mapped s && isContiguous()) {
            s.read(offset, values);
            return values;
        }
        switch (dtype()) {
            case F32, F16, BF16 -> {
                float[] array = storage.floatsOnce();
                if (isContiguous()) {
                    System.arraycopy(array, (int) offset, values, 0, length);
                } else {
                    Cursor cursor = new Cursor(this);
                    for (int i = 0; i < length; i++) {
                        values[i] = array[(int) cursor.next()];
                    }
                }
            }
            default -> {
                Cursor cursor = new Cursor(this);
                for (int i = 0; i < length; i++) {
                    values[i] = (float) storage.doubleAt(cursor.next());
                }
            }
        }
        return values;
    }

    /** A row-major copy of the elements as {@code double}. */
    public double[] toDoubleArray() {
        if (isOnDevice()) {
            return toHost().toDoubleArray();
        }
        int length = shape.arrayLength();
        double[] values = new double[length];
        if (storage instanceof Storage.F64 s && isContiguous()) {
            System.arraycopy(s.array, (int) offset, values, 0, length);
            return values;
        }
        if (storage instanceof Storage.F32 s && isContiguous()) {
            float[] array = s.floats();
            for (int i = 0; i < length; i++) {
                values[i] = array[(int) offset + i];
            }
            return values;
        }
        if (storage instanceof Storage.Mapped s && isContiguous()) {
            s.read(offset, values);
            return values;
        }
        Cursor cursor = new Cursor(this);
        for (int i = 0; i < length; i++) {
            values[i] = storage.doubleAt(cursor.next());
        }
        return values;
    }

    /** The element at {@code indices}. Slow: for tests and messages. */
    public double at(int... indices) {
        if (indices.length != rank()) {
            throw new IllegalArgumentException("index " + Arrays.toString(indices) + " into " + shape);
        }
        long position = offset;
        for (int d = 0; d < indices.length; d++) {
            position += Objects.checkIndex(indices[d], shape.size(d)) * strides[d];
        }
        return storage.doubleAt(position);
    }

    /** The only element of a tensor with one element. */
    public double item() {
        if (elements() != 1) {
            throw new IllegalStateException("item: " + shape + " has " + elements() + " elements");
        }
        return storage.doubleAt(offset);
    }

    // ---- provenance ---------------------------------------------------------------------------------------------

    /**
     * This tensor over a storage of its own, which shares the numbers: views and copies of the result can be told from
     * those of any other tensor by their {@link #storage()}, and a copy names what it {@linkplain Storage#copied() copied}.
     * For those who record what is computed from a tensor. Not {@linkplain #durable() durable}, so that nothing derived
     * from it is found in a cache.
     */
    public Tensor traced() {
        Tensor result = new Tensor(storage.again(), shape, strides, offset);
        result.storage.traceFrom(result);
        return result;
    }

    // ---- memory -------------------------------------------------------------------------------------------------

    /** The numbers stay for good: their memory is never used again for others. Returns this. */
    public Tensor keep() {
        storage.keep();
        return this;
    }

    /** {@linkplain #keep Keeps} all of them; null is nothing. */
    public static void keepAll(Tensor... tensors) {
        for (Tensor tensor : tensors) {
            if (tensor != null) {
                tensor.keep();
            }
        }
    }

    /** One more holder of these numbers, whose memory is not {@linkplain #reclaim reclaimed} before it {@linkplain #letGo lets go}. */
    public void hold() {
        storage.hold();
    }

    /** One holder less; returns whether that was the last, and the memory might be reclaimed. */
    public boolean letGo() {
        return storage.letGo();
    }

    /**
     * Takes the memory away from these numbers, and all views of them, for other use; who reads them afterwards gets an
     * {@link IllegalStateException}. For the kernels that made them.
     *
     * @return null if they are held or kept, their memory is not to be used again, or is not the host's
     */
    public float[] reclaim() {
        return storage.reclaim();
    }

    // ---- derived values -----------------------------------------------------------------------------------------

    /**
     * Marks the numbers as long-lived (weights): {@link #derived} then keeps what it computes, while there is
     * {@linkplain DerivedMemory room}.
     *
     * @return this
     */
    public Tensor durable() {
        storage.makeDurable();
        return this;
    }

    /**
     * What {@code compute} derives from exactly this view under {@code key} (packed panels, sign-clamped weights); kept
     * with the numbers if they are {@linkplain #durable() durable}, as long as {@link DerivedMemory} has room, else computed
     * at each call.
     */
    public <T extends HeapSized> T derived(Object key, Supplier<T> compute) {
        if (!storage.isDurable()) {
            return compute.get();
        }
        return storage.derive(new ViewKey(key, shape, toList(strides), offset), compute);
    }

    /** Bytes of the heap that the numbers behind this view take: 0 in a mapped file and on a device. */
    @Override
    public long heapBytes() {
        return storage.heapBytes();
    }

    private static List<Long> toList(long[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    private record ViewKey(Object key, Shape shape, List<Long> strides, long offset) {
    }

    /** Type and shape; the first few numbers where they are at hand. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder().append(dtype()).append(shape);
        if (!isOnDevice()) {
            Cursor cursor = new Cursor(this);
            long shown = Math.min(elements(), 8);
            text.append(" {");
            for (int i = 0; i < shown; i++) {
                text.append(i == 0 ? "" : ", ").append((float) storage.doubleAt(cursor.next()));
            }
            text.append(elements() > shown ? ", ...}" : "}");
        }
        return text.toString();
    }

    /** Storage positions of the elements in row-major order. */
    private static final class Cursor {
        private final int[] sizes;
        private final long[] strides;
        private final int[] index;
        private long position;

        Cursor(Tensor tensor) {
            sizes = tensor.shape.toArray();
            strides = tensor.strides;
            index = new int[sizes.length];
            position = tensor.offset;
        }

        long next() {
            long current = position;
            for (int d = sizes.length - 1; d >= 0; d--) {
                position += strides[d];
                if (++index[d] < sizes[d]) {
                    break;
                }
                position -= strides[d] * sizes[d];
                index[d] = 0;
            }
            return current;
        }
    }
}
