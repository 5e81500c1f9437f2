package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Operands as lanes, runs of numbers that are folded into one: where each lane begins, and where its numbers lie from there.
 *
 * @param outer over the dimensions that stay
 * @param inner over those that are folded
 * @param across whether lanes lie side by side (columns), rather than the numbers of one (rows)
 */
record Lanes(View outer, View inner, long count, long length, boolean across) {
    /**
     * The lanes of operands of {@code shape} along {@code folded}; {@code across} goes by the last operand.
     *
     * @param operands tensors that have at least that shape
     */
    static Lanes of(Collection<Integer> folded, Shape shape, Tensor... operands) {
        List<Integer> kept = new ArrayList<>();
        List<Integer> inner = new ArrayList<>();
        for (int d = 0; d < shape.rank(); d++) {
            (folded.contains(d) ? inner : kept).add(d);
        }
        Tensor read = operands[operands.length - 1];
        return new Lanes(view(kept, shape, operands), view(inner, shape, operands), count(kept, shape),
                count(inner, shape), smallestStride(kept, shape, read) < smallestStride(inner, shape, read));
    }

    /** The same lanes, each for neighbouring threads, wherever its numbers lie. */
    Lanes asRows() {
        return new Lanes(outer, inner, count, length, false);
    }

    private static View view(List<Integer> dims, Shape shape, Tensor... operands) {
        Shape part = Shape.of(dims.stream().map(shape::size).toList());
        long[][] distances = new long[operands.length][];
        for (int o = 0; o < operands.length; o++) {
            Tensor operand = operands[o];
            distances[o] = dims.stream().mapToLong(operand::stride).toArray();
        }
        return View.of(part, distances);
    }

    private static long count(List<Integer> dims, Shape shape) {
        long count = 1;
        for (int dim : dims) {
            count *= shape.size(dim);
        }
        return count;
    }

    private static long smallestStride(List<Integer> dims, Shape shape, Tensor x) {
        return dims.stream().filter(dim -> shape.size(dim) > 1).mapToLong(x::stride).min().orElse(Long.MAX_VALUE);
    }

    /**
     * How blocks share lanes, as {@code lanes.cuh} says.
     *
     * @param width lanes that a block takes at a time
     * @param across 1 if neighbouring threads take neighbouring lanes, else 0
     */
    record Split(Grid grid, int width, int across) {
        /** As many parts is each lane split into, whose results have to be folded once more. */
        int parts() {
            return grid.y();
        }
    }

    private static final int MOST_BLOCKS = 1 << 16;
    /** With fewer blocks than this a device is not busy. */
    private static final int BUSY_BLOCKS = 512;
    /** So many numbers of a lane are worth a thread. */
    private static final int NUMBERS_PER_THREAD = 4;
    /** So many numbers of a lane per thread are worth another block, and another fold. */
    private static final int NUMBERS_PER_PART = 32;
    private static final int WARP = 32;

    /** Blocks for these lanes, which each takes as a whole. */
    Split whole() {
        int sharing = across
                ? Math.clamp(powerAbove(Math.ceilDiv(length, WARP)), 1, Grid.THREADS / WARP)
                : powerAbove(Math.clamp(Math.ceilDiv(length, NUMBERS_PER_THREAD), 1, Grid.THREADS));
        int most = powerAbove(Math.clamp(count, 1, Grid.THREADS / sharing));
        int threads = Math.max(WARP, sharing * most);
        int width = threads / sharing;
        int blocks = Math.clamp(Math.ceilDiv(count, width), 1, MOST_BLOCKS);
        return new Split(new Grid(blocks, 1, 1, threads, 0), width, across ? 1 : 0);
    }

    /** Blocks for these lanes, which are split if there are too few for a device, by their sizes alone. */
    Split split() {
        if (across && count < WARP) {
            return split(few());
        }
        return split(whole());
    }

    /** A few columns: all threads that are left over share them. */
    private Split few() {
        int width = powerAbove(count);
        int sharing = powerAbove(Math.clamp(Math.ceilDiv(length, NUMBERS_PER_THREAD), 1, Grid.THREADS / width));
        int threads = Math.max(WARP, width * sharing);
        return new Split(new Grid(1, 1, 1, threads, 0), width, 1);
    }

    private Split split(Split whole) {
        int threads = whole.grid().threads();
        long each = (long) NUMBERS_PER_PART * (threads / whole.width());
        int parts = Math.clamp(length / each, 1, Math.max(1, BUSY_BLOCKS / whole.grid().x()));
        return new Split(new Grid(whole.grid().x(), parts, 1, threads, 0), whole.width(), whole.across());
    }

    private static int powerAbove(long number) {
        return number <= 1 ? 1 : Math.toIntExact(Long.highestOneBit(number - 1) << 1);
    }
}
