package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.parallel.WorkerPool;
import java.util.Arrays;

/** Copies between strided float32 arrays: whole runs where both have them, tiles where one is the other transposed. */
final class Relayout {
    /** Elements per part that are worth a thread. */
    private static final int GRAIN = 32_768;
    /** Side of a tile of a transposition: one cache line of floats. */
    private static final int TILE = 16;

    private final WorkerPool pool;

    Relayout(WorkerPool pool) {
        this.pool = pool;
    }

    /**
     * A tensor's elements in row-major order without gaps.
     *
     * @param array holds them
     * @param at position of the first
     */
    record Flat(float[] array, int at) {
    }

    /** The elements of {@code x}: where they are if it is contiguous, else a copy. */
    Flat flat(Tensor x) {
        return x.isContiguous() ? new Flat(x.floats(), (int) x.offset()) : new Flat(copyOf(x), 0);
    }

    /** A row-major copy of {@code x}. */
    float[] copyOf(Tensor x) {
        float[] out = new float[x.shape().arrayLength()];
        copy(x, out, 0, steps(x.shape().rowMajorStrides()));
        return out;
    }

    /** {@code target[at + i0 targetSteps[0] + ...] = x[i0, ...]}. */
    void copy(Tensor x, float[] target, int at, int[] targetSteps) {
        copy(x.floatsOnce(), (int) x.offset(), steps(x), target, at, targetSteps, x.shape().toArray());
    }

    /** {@code target[to + i0 targetSteps[0] + ...] = source[from + i0 sourceSteps[0] + ...]} for all {@code i < sizes}. */
    void copy(float[] source, int from, int[] sourceSteps, float[] target, int to, int[] targetSteps, int[] sizes) {
        LoopNest nest = LoopNest.of(sizes, sourceSteps, targetSteps, LoopNest.BY_TARGET);
        if (nest.count() == 0) {
            return;
        }
        LoopNest.Axis inner = nest.inner();
        LoopNest.Axis across = inner.target() == 1 && Math.abs(inner.source()) > 1 ? unitSourceStep(nest) : null;
        if (across != null) {
            transpose(source, from, target, to, nest.without(inner).without(across), inner, across);
            return;
        }
        LoopNest rows = nest.without(inner);
        int pieces = Math.max(1, inner.size() / GRAIN);
        int length = (inner.size() + pieces - 1) / pieces;
        pool.forRange(rows.count() * pieces, Math.max(1, GRAIN / length), (first, last) -> {
            LoopNest.Walk walk = rows.from(first / pieces);
            for (int i = first; i < last; i++) {
                int start = i % pieces * length;
                int n = Math.min(length, inner.size() - start);
                run(source, from + walk.source + start * inner.source(), inner.source(), target,
                        to + walk.target + start * inner.target(), inner.target(), n);
                if (start + n == inner.size()) {
                    walk.next();
                }
            }
        });
    }

    private static LoopNest.Axis unitSourceStep(LoopNest nest) {
        for (LoopNest.Axis axis : nest.axes()) {
            if (axis.source() == 1) {
                return axis;
            }
        }
        return null;
    }

    private static void run(float[] source, int from, int sourceStep, float[] target, int to, int targetStep, int n) {
        if (targetStep == 1 && sourceStep == 1) {
            System.arraycopy(source, from, target, to, n);
        } else if (targetStep == 1 && sourceStep == 0) {
            Arrays.fill(target, to, to + n, source[from]);
        } else {
            for (int i = 0; i < n; i++) {
                target[to + i * targetStep] = source[from + i * sourceStep];
            }
        }
    }

    /** Planes in which the source runs along {@code across} and the target along {@code inner}. */
    private void transpose(float[] source, int from, float[] target, int to, LoopNest planes, LoopNest.Axis inner,
            LoopNest.Axis across) {
        int strips = (across.size() + TILE - 1) / TILE;
        pool.forRange(planes.count() * strips, Math.max(1, GRAIN / (TILE * inner.size())), (first, last) -> {
            for (int s = first; s < last; s++) {
                int plane = s / strips;
                int start = s % strips * TILE;
                int width = Math.min(TILE, across.size() - start);
                int sourceAt = from + planes.source(plane) + start;
                int targetAt = to + planes.target(plane) + start * across.target();
                for (int i = 0; i < inner.size(); i += TILE) {
                    int height = Math.min(TILE, inner.size() - i);
                    tile(source, sourceAt + i * inner.source(), inner.source(), height, target, targetAt + i,
                            across.target(), width);
                }
            }
        });
    }

    private static void tile(float[] source, int from, int sourceStep, int height, float[] target, int to,
            int targetStep,
            int width) {
        for (int k = 0; k < width; k++) {
            for (int i = 0; i < height; i++) {
                target[to + k * targetStep + i] = source[from + i * sourceStep + k];
            }
        }
    }

    /** Strides of {@code x} as steps in its array. */
    static int[] steps(Tensor x) {
        int[] steps = new int[x.rank()];
        Arrays.setAll(steps, d -> (int) x.stride(d));
        return steps;
    }

    /** Strides as array steps. */
    static int[] steps(long[] strides) {
        int[] steps = new int[strides.length];
        Arrays.setAll(steps, d -> (int) strides[d]);
        return steps;
    }
}
