package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Memory of results: arrays that were {@linkplain io.github.lrp4j.tensor.kernels.Kernels#release released} serve again.
 *
 * <p>A fresh array costs about three times as much as an elementwise kernel that fills it, since its memory comes from
 * nowhere near the processor. Only arrays of exactly the right length serve again: layers repeat. What lies idle is bounded
 * by a {@linkplain #BUDGET_PROPERTY budget}. Thread-safe.
 */
final class Buffers {
    /** System property: the most idle memory, in megabytes; 0 switches reuse off. The default is a sixteenth of the heap, at most 512. */
    static final String BUDGET_PROPERTY = "lrp4j.reuse.megabytes";

    /** Shorter arrays are the collector's: making one is as fast as finding one. */
    private static final int SHORTEST = 1 << 12;

    private final long budget;
    /** By length, the length that was wanted or given back last at the end. */
    private final LinkedHashMap<Integer, ArrayDeque<float[]>> idle = new LinkedHashMap<>(16, 0.75f, true);
    private long held;

    Buffers() {
        this(Long.getLong(BUDGET_PROPERTY, Math.min(512, Runtime.getRuntime().maxMemory() >> 24)) << 18);
    }

    /** @param budget the most numbers that lie idle */
    Buffers(long budget) {
        this.budget = budget;
    }

    /** An array of {@code length} numbers, whatever they are. */
    float[] take(int length) {
        float[] found = find(length);
        return found != null ? found : new float[length];
    }

    /** An array of {@code length} zeros. */
    float[] zeros(int length) {
        float[] found = find(length);
        if (found == null) {
            return new float[length];
        }
        Arrays.fill(found, 0);
        return found;
    }

    /** A result over an array from here. */
    static Tensor result(float[] values, Shape shape) {
        return values.length < SHORTEST ? Tensor.of(values, shape) : Tensor.reusable(values, shape);
    }

    private float[] find(int length) {
        if (length < SHORTEST) {
            return null;
        }
        synchronized (idle) {
            ArrayDeque<float[]> stack = idle.get(length);
            float[] found = stack == null ? null : stack.pollLast();
            held -= found == null ? 0 : length;
            return found;
        }
    }

    /** Takes the memory of x back if nobody holds it. */
    void release(Tensor x) {
        float[] values = x.reclaim();
        if (values == null || values.length > budget) {
            return;
        }
        synchronized (idle) {
            idle.computeIfAbsent(values.length, _ -> new ArrayDeque<>()).addLast(values);
            held += values.length;
            while (held > budget) {
                dropOne();
            }
        }
    }

    /** Drops an array of the length that nobody has asked for longest. */
    private void dropOne() {
        Map.Entry<Integer, ArrayDeque<float[]>> eldest = idle.firstEntry();
        if (eldest.getValue().pollFirst() != null) {
            held -= eldest.getKey();
        }
        if (eldest.getValue().isEmpty()) {
            idle.remove(eldest.getKey());
        }
    }
}
