package io.github.lrp4j.tensor;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The numbers behind one or more {@link Tensor} views. Nobody writes to a storage after a tensor over it was handed out.
 *
 * <p>On the CPU the working storages are plain arrays ({@link F32}, {@link F64}, {@link I64}, {@link I32},
 * {@link Bytes}); weight files are {@link Mapped} and turned into arrays, once, when a kernel first reads them. A device
 * backend brings its own subclass of {@link Device}.
 */
public abstract sealed class Storage {
    private volatile DerivedValues derived;
    /** Null if these numbers are not traced; the tensor itself whose trace begins here; else the tensor that was copied. */
    private Tensor origin;
    /** Whether the memory may be used again for other numbers when nobody holds these. */
    private boolean reusable;
    private int holders;

    private Storage() {
        this(false);
    }

    private Storage(boolean reusable) {
        this.reusable = reusable;
    }

    /** The same numbers behind a storage of its own. */
    abstract Storage again();

    final void traceFrom(Tensor tensor) {
        origin = tensor;
    }

    /** Whether copies of these numbers name what they are copies of; see {@link Tensor#traced()}. */
    public final boolean isTraced() {
        return origin != null;
    }

    /** The view that these numbers are a copy of, if its numbers were traced; its elements in row-major order are these. */
    public final Optional<Tensor> copied() {
        return origin == null || origin.storage() == this ? Optional.empty() : Optional.of(origin);
    }

    /** Element type of the numbers. */
    public abstract DType dtype();

    /** Number of elements. */
    public abstract long length();

    /** From now on the memory behind these numbers is theirs for good. */
    final synchronized void keep() {
        reusable = false;
    }

    /** One more holder, before whose end the memory is not reclaimed. */
    final synchronized void hold() {
        holders++;
    }

    /** One holder less; whether it was the last one of memory that can be reclaimed. */
    final synchronized boolean letGo() {
        return --holders == 0 && reusable;
    }

    /** Whether these numbers lose their memory now, since nobody holds them and it may be used again: true once. */
    private synchronized boolean surrender() {
        if (!reusable || holders > 0 || isDurable()) {
            return false;
        }
        reusable = false;
        return true;
    }

    /** The array, which these numbers lose, if nobody holds them and it may be used again; else null. */
    float[] reclaim() {
        return null;
    }

    private static IllegalStateException released() {
        return new IllegalStateException("the memory of this tensor was released: its owner had said that nobody"
                + " would read it any more; copy what is to outlive a reverse pass, and read a value of a graph"
                + " (Value.tensor()) before the graph is freed");
    }

    /** The numbers as {@code float[]}: the backing array itself where that is one, a cached conversion where mapped. */
    float[] floats() {
        throw new IllegalStateException(
                "a " + dtype() + " tensor has no float32 array; convert it with to(DType.F32)");
    }

    /** As {@link #floats()}, for one reading: the conversion of many mapped numbers is not kept. */
    float[] floatsOnce() {
        return floats();
    }

    /** The numbers as the Java array that holds {@link #dtype()}: the backing array itself where that is one, else a copy. */
    abstract Object array();

    abstract double doubleAt(long index);

    long longAt(long index) {
        return (long) doubleAt(index);
    }

    /**
     * Whether values derived from this storage are worth keeping with it: true for weights, which live across runs, and
     * false for activations.
     */
    public final boolean isDurable() {
        return derived != null;
    }

    /** Marks these numbers as long-lived, so that {@link #derive} keeps what it computes. */
    final synchronized void makeDurable() {
        if (derived == null) {
            derived = new DerivedValues(DerivedMemory.shared());
        }
    }

    /**
     * The value that {@code compute} derives from these numbers (packed panels, clamped weights): kept per {@code key} with
     * this storage if it is {@linkplain #isDurable() durable}, as long as {@link DerivedMemory} has room, else computed at
     * each call.
     */
    public final <T extends HeapSized> T derive(Object key, Supplier<T> compute) {
        DerivedValues values = derived;
        return values == null ? compute.get() : values.get(key, compute);
    }

    final List<DerivedMemory.Entry> derivedEntries() {
        DerivedValues values = derived;
        return values == null ? List.of() : values.entries();
    }

    /** Bytes of the heap that the numbers take. */
    long heapBytes() {
        return length() * dtype().bytes();
    }

    /** {@code float[]} on the heap. */
    static final class F32 extends Storage {
        private final int length;
        private float[] array;

        F32(float[] array) {
            this(array, false);
        }

        F32(float[] array, boolean reusable) {
            super(reusable);
            this.array = array;
            this.length = array.length;
        }

        @Override
        Storage again() {
            keep();
            return new F32(floats());
        }

        @Override
        public DType dtype() {
            return DType.F32;
        }

        @Override
        public long length() {
            return length;
        }

        @Override
        Object array() {
            return floats();
        }

        @Override
        float[] floats() {
            float[] present = array;
            if (present == null) {
                throw released();
            }
            return present;
        }

        @Override
        double doubleAt(long index) {
            return floats()[(int) index];
        }

        @Override
        float[] reclaim() {
            if (!super.surrender()) {
                return null;
            }
            float[] free = array;
            array = null;
            return free;
        }
    }

    /** {@code double[]} on the heap. */
    static final class F64 extends Storage {
        final double[] array;

        F64(double[] array) {
            this.array = array;
        }

        @Override
        Storage again() {
            return new F64(array);
        }

        @Override
        public DType dtype() {
            return DType.F64;
        }

        @Override
        public long length() {
            return array.length;
        }

        @Override
        Object array() {
            return array;
        }

        @Override
        double doubleAt(long index) {
            return array[(int) index];
        }
    }

    /** {@code long[]} on the heap. */
    static final class I64 extends Storage {
        final long[] array;

        I64(long[] array) {
            this.array = array;
        }

        @Override
        Storage again() {
            return new I64(array);
        }

        @Override
        public DType dtype() {
            return DType.I64;
        }

        @Override
        public long length() {
            return array.length;
        }

        @Override
        Object array() {
            return array;
        }

        @Override
        double doubleAt(long index) {
            return array[(int) index];
        }

        @Override
        long longAt(long index) {
            return array[(int) index];
        }
    }

    /** {@code int[]} on the heap: pooling indices. */
    static final class I32 extends Storage {
        final int[] array;

        I32(int[] array) {
            this.array = array;
        }

        @Override
        Storage again() {
            return new I32(array);
        }

        @Override
        public DType dtype() {
            return DType.I32;
        }

        @Override
        public long length() {
            return array.length;
        }

        @Override
        Object array() {
            return array;
        }

        @Override
        double doubleAt(long index) {
            return array[(int) index];
        }
    }

    /** {@code byte[]} on the heap: masks and image bytes. */
    static final class Bytes extends Storage {
        final byte[] array;
        private final DType dtype;

        Bytes(byte[] array, DType dtype) {
            this.array = array;
            this.dtype = dtype;
        }

        @Override
        Storage again() {
            return new Bytes(array, dtype);
        }

        @Override
        public DType dtype() {
            return dtype;
        }

        @Override
        public long length() {
            return array.length;
        }

        @Override
        Object array() {
            return array;
        }

        @Override
        double doubleAt(long index) {
            byte value = array[(int) index];
            return dtype == DType.I8 ? value : value & 0xFF;
        }
    }

    /** Little-endian numbers in a mapped file; any {@link DType}. */
    static final class Mapped extends Storage {
        private final MemorySegment segment;
        private final DType stored;
        private final DType dtype;
        private float[] floats;

        /** As many numbers as this are converted once: what a few kilobytes take is not worth converting again. */
        private static final int FEW = 1 << 14;

        Mapped(MemorySegment segment, DType stored) {
            this(segment, stored, stored);
        }

        private Mapped(MemorySegment segment, DType stored, DType dtype) {
            this.segment = segment;
            this.stored = stored;
            this.dtype = dtype;
        }

        /** Numbers of half precision as float32; nothing is read yet. */
        Mapped widened() {
            return new Mapped(segment, stored, DType.F32);
        }

        @Override
        synchronized Storage again() {
            Mapped same = new Mapped(segment, stored, dtype);
            same.floats = floats;
            return same;
        }

        @Override
        public DType dtype() {
            return dtype;
        }

        @Override
        public long length() {
            return segment.byteSize() / stored.bytes();
        }

        @Override
        Object array() {
            return switch (dtype) {
                case F32, F16, BF16 -> floatsOnce();
                case F64, I64, I32, I16, I8, U8, BOOL -> LittleEndian.array(segment, stored);
            };
        }

        @Override
        synchronized float[] floats() {
            if (floats == null) {
                switch (dtype) {
                    case F32, F16, BF16 -> floats = converted();
                    default -> {
                        return super.floats();
                    }
                }
            }
            return floats;
        }

        @Override
        float[] floatsOnce() {
            if (length() <= FEW || dtype == DType.F64 || !dtype.isFloating()) {
                return floats();
            }
            synchronized (this) {
                if (floats != null) {
                    return floats;
                }
            }
            return converted();
        }

        private float[] converted() {
            float[] values = new float[arrayLength()];
            LittleEndian.read(segment, stored, 0, values);
            return values;
        }

        /** The numbers where they are, or null where they do not count as float32. */
        MappedNumbers numbers() {
            return dtype.isFloating() && dtype != DType.F64 ? new MappedNumbers(segment, stored) : null;
        }

        @Override
        synchronized long heapBytes() {
            return floats == null ? 0 : 4L * floats.length;
        }

        private int arrayLength() {
            if (length() > Integer.MAX_VALUE - 8) {
                throw new IllegalStateException(
                        "a mapped " + dtype + " tensor of " + length() + " elements does not fit in one float32 array");
            }
            return (int) length();
        }

        /** {@code target[i]} = element {@code from + i}; leaves no converted copy behind. */
        void read(long from, float[] target) {
            LittleEndian.read(segment, stored, from, target);
        }

        /** {@code target[i]} = element {@code from + i}. */
        void read(long from, double[] target) {
            LittleEndian.read(segment, stored, from, target);
        }

        /** {@code target[i]} = element {@code from + i}. */
        void read(long from, long[] target) {
            LittleEndian.read(segment, stored, from, target);
        }

        @Override
        double doubleAt(long index) {
            return LittleEndian.doubleAt(segment, stored, index);
        }

        @Override
        long longAt(long index) {
            return LittleEndian.longAt(segment, stored, index);
        }
    }

    /**
     * Numbers in the memory of an accelerator; the backend that owns them subclasses this. What the host reads of them is
     * copied, by {@link #hostArray}, each time anew: kernels of the same backend read them where they are.
     */
    public abstract static non-sealed class Device extends Storage {
        private volatile boolean released;

        /**
         * For the backend.
         *
         * @param reusable whether {@link #release} may give the memory back; else it stays until nobody can reach it
         */
        protected Device(boolean reusable) {
            super(reusable);
        }

        @Override
        float[] floats() {
            return dtype() == DType.F32 ? (float[]) array() : super.floats();
        }

        @Override
        Object array() {
            requirePresent();
            if (length() > Integer.MAX_VALUE - 8) {
                throw new IllegalStateException("a " + dtype() + " tensor of " + length()
                        + " elements on a device does not fit in one array of the host");
            }
            return hostArray(0, (int) length());
        }

        /** {@code count} numbers from position {@code from} on, in the memory of the host. */
        final Storage onHost(long from, int count) {
            requirePresent();
            Object numbers = hostArray(from, count);
            return switch (dtype()) {
                case F32 -> new F32((float[]) numbers);
                case F64 -> new F64((double[]) numbers);
                case I64 -> new I64((long[]) numbers);
                case I32 -> new I32((int[]) numbers);
                case I8, U8, BOOL -> new Bytes((byte[]) numbers, dtype());
                case F16, BF16, I16 -> throw new IllegalStateException(dtype() + " is a storage type of files");
            };
        }

        @Override
        double doubleAt(long index) {
            return onHost(index, 1).doubleAt(0);
        }

        @Override
        long longAt(long index) {
            return onHost(index, 1).longAt(0);
        }

        @Override
        long heapBytes() {
            return 0;
        }

        /**
         * Takes the memory away from these numbers, and all views of them, unless they are held, kept or durable; who reads
         * them afterwards gets an {@link IllegalStateException}. For the kernels that made them.
         *
         * @return whether the memory was given back now
         */
        public final boolean release() {
            if (!super.surrender()) {
                return false;
            }
            released = true;
            free();
            return true;
        }

        /**
         * Must be called before the numbers are used.
         *
         * @throws IllegalStateException if they were {@linkplain #release released}
         */
        protected final void requirePresent() {
            if (released) {
                throw released();
            }
        }

        @Override
        protected final Storage again() {
            requirePresent();
            keep();
            return shared();
        }

        /** The same numbers in the same memory, behind a storage of their own; neither is ever {@link #release}d. */
        protected abstract Storage.Device shared();

        /** Gives the memory back; called at most once. */
        protected abstract void free();

        /** A copy of {@code count} numbers from position {@code from} on, as the array type of {@link #dtype()}: a transfer. */
        protected abstract Object hostArray(long from, int count);

        /** A row-major copy of {@code view}, which lies over these numbers, on the same device. */
        protected abstract Tensor contiguous(Tensor view);

        /** {@code view}, which lies over these numbers, as another type, row-major and on the same device. */
        protected abstract Tensor converted(Tensor view, DType target);
    }
}
