package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.DType;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;

/**
 * Every copy of numbers between the host and one device, counted, and told to whoever listens. Nothing else moves numbers:
 * kernels place operands that lie on the host, and the host reads what it asks for. Thread-safe.
 */
public final class Transfers {
    /** Which way numbers went. */
    public enum Direction {
        /** From the host to the device. */
        TO_DEVICE,
        /** From the device to the host: waits until the numbers are computed. */
        TO_HOST
    }

    /**
     * One copy.
     *
     * @param direction which way
     * @param dtype type of the numbers
     * @param elements how many numbers
     */
    public record Transfer(Direction direction, DType dtype, long elements) {
        /** Size of the numbers. */
        public long bytes() {
            return elements * dtype.bytes();
        }

        /** {@code to device: 150528 F32 (602112 bytes)}. */
        @Override
        public String toString() {
            String way = direction.name().toLowerCase(Locale.ROOT).replace('_', ' ');
            return way + ": " + elements + " " + dtype + " (" + bytes() + " bytes)";
        }
    }

    /** Is told of each copy, on the thread that asked for it, before it is made. */
    @FunctionalInterface
    public interface Listener {
        /** A copy is about to be made. */
        void transfer(Transfer transfer);
    }

    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final LongAdder[] counts = {new LongAdder(), new LongAdder()};
    private final LongAdder[] bytes = {new LongAdder(), new LongAdder()};

    Transfers() {
    }

    /** From now on {@code listener} is told of each copy. */
    public void listen(Listener listener) {
        listeners.add(listener);
    }

    /** {@code listener} is told no more. */
    public void forget(Listener listener) {
        listeners.remove(listener);
    }

    /** How many copies went that way. */
    public long count(Direction direction) {
        return counts[direction.ordinal()].sum();
    }

    /** How many bytes went that way. */
    public long bytes(Direction direction) {
        return bytes[direction.ordinal()].sum();
    }

    void record(Direction direction, DType dtype, long elements) {
        Transfer transfer = new Transfer(direction, dtype, elements);
        counts[direction.ordinal()].increment();
        bytes[direction.ordinal()].add(transfer.bytes());
        listeners.forEach(listener -> listener.transfer(transfer));
    }

    /** {@code 12 to device (1.2 MB), 3 to host (0.1 MB)}. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%d to device (%.1f MB), %d to host (%.1f MB)", count(Direction.TO_DEVICE),
                bytes(Direction.TO_DEVICE) / 1e6, count(Direction.TO_HOST), bytes(Direction.TO_HOST) / 1e6);
    }
}
