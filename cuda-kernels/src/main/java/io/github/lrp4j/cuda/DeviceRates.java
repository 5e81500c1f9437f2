package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;

/**
 * What a device does at best, as a measure of kernels.
 *
 * @param copiedBytes bytes read and written per second by the driver's copy of a block far larger than the caches
 * @param productFlops operations per second of a large float32 product of square matrices
 * @param products what multiplies: {@code cuBLAS 12.6.4 by JCublas2}
 */
public record DeviceRates(double copiedBytes, double productFlops, String products) {
    /** Bytes of the copied block. */
    static final long COPIED = 512L << 20;
    /** Rows and columns of the multiplied matrices. */
    static final int SIDE = 4096;

    private static final int ROUNDS = 10;

    static DeviceRates measured(Device device, long copied, int side) {
        long from = device.allocate(copied);
        long to = device.allocate(copied);
        device.zero(from, copied);
        double copying = fastest(device, () -> device.copy(from, to, copied));
        device.free(from);
        device.free(to);
        long bytes = (long) side * side * DType.F32.bytes();
        long a = device.allocate(bytes);
        long c = device.allocate(bytes);
        fill(device, a, bytes);
        double multiplying =
                fastest(device, () -> device.products().gemm(DType.F32, false, false, side, side, side, 1, a,
                        side, 0, a, side, 0, 0, c, side, 0, 1));
        device.free(a);
        device.free(c);
        return new DeviceRates(2.0 * copied / copying, 2.0 * side * side * side / multiplying,
                device.products().name());
    }

    /** Numbers that differ: products of zeros take less power, and the clock of a device shows it. */
    private static void fill(Device device, long address, long bytes) {
        float[] block = new float[1 << 16];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < block.length; i++) {
            block[i] = (float) random.nextDouble(-1, 1);
        }
        MemorySegment numbers = MemorySegment.ofArray(block);
        for (long at = 0; at < bytes; at += numbers.byteSize()) {
            device.write(numbers.asSlice(0, Math.min(numbers.byteSize(), bytes - at)), address + at);
        }
    }

    /** Seconds of the fastest of several rounds. */
    private static double fastest(Device device, Runnable work) {
        double fastest = Double.POSITIVE_INFINITY;
        for (int round = 0; round <= ROUNDS; round++) {
            device.synchronize();
            long start = System.nanoTime();
            work.run();
            device.synchronize();
            fastest = Math.min(fastest, (System.nanoTime() - start) / 1e9);
        }
        return fastest;
    }
}
