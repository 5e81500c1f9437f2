package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.util.Arrays;

/**
 * One operand of an elementwise kernel, broadcast to the shape of the result and offered block by block in its row-major
 * order, as a dense piece of an array.
 *
 * <p>Where the elements of a block lie side by side the piece is the tensor's own array; else they are collected in a
 * scratch block that stays in the first-level cache. So kernels know dense arrays only, and nothing is materialised.
 * Not thread-safe: each part of a region makes its own.
 */
final class Operand {
    /** Most elements that a collected block holds. */
    static final int BLOCK = 1024;
    /** Runs from this length on are not joined with their neighbours in one block. */
    private static final int LONG_RUN = 256;

    private final float[] floats;
    private final byte[] bytes;
    private final int offset;
    private final int[] sizes;
    private final int[] strides;
    private final int run;
    private final int step;
    private float[] scratch;
    private int filled;
    private float filling;

    /** Array that holds the block of the last {@link #locate}. */
    float[] array;
    /** Position of that block in {@link #array}. */
    int at;

    private Operand(Tensor x, Shape shape) {
        Tensor view = x.expand(shape);
        boolean isBytes = view.dtype().bytes() == 1;
        floats = isBytes ? null : view.floatsOnce();
        bytes = isBytes ? view.bytes() : null;
        offset = (int) view.offset();
        int[] merged = new int[shape.rank()];
        int[] steps = new int[shape.rank()];
        int rank = 0;
        for (int d = 0; d < merged.length; d++) {
            int size = shape.size(d);
            int stride = (int) view.stride(d);
            if (size == 1) {
                continue;
            }
            if (rank > 0 && steps[rank - 1] == stride * size) {
                merged[rank - 1] *= size;
                steps[rank - 1] = stride;
            } else {
                merged[rank] = size;
                steps[rank++] = stride;
            }
        }
        if (rank == 0) {
            merged = new int[] {1};
            steps = new int[] {1};
            rank = 1;
        }
        sizes = Arrays.copyOf(merged, rank);
        strides = Arrays.copyOf(steps, rank);
        run = sizes[rank - 1];
        step = strides[rank - 1];
    }

    /** {@code x}, float32 or bytes (read as unsigned), broadcast to {@code shape}. */
    static Operand of(Tensor x, Shape shape) {
        return new Operand(x, shape);
    }

    /** How many of the {@code wanted} elements from {@code position} on the next block may have. */
    int reach(int position, int wanted) {
        boolean direct = step == 1 && bytes == null;
        if (direct && sizes.length == 1) {
            return wanted;
        }
        int limit = direct && run >= LONG_RUN ? wanted : Math.min(wanted, BLOCK);
        return run >= LONG_RUN ? Math.min(limit, run - position % run) : limit;
    }

    /** Makes {@link #array} from {@link #at} on hold the {@code count} elements from {@code position} on. */
    void locate(int position, int count) {
        int inRun = sizes.length == 1 ? position : position % run;
        if (inRun + count <= run) {
            int from = start(position / run) + inRun * step;
            if (step == 1 && bytes == null) {
                array = floats;
                at = from;
                return;
            }
            array = scratch();
            at = 0;
            if (step == 0) {
                fill(from, count);
            } else {
                filled = 0;
                collect(from, 0, count);
            }
            return;
        }
        array = scratch();
        at = 0;
        filled = 0;
        int row = position / run;
        for (int done = 0; done < count; row++) {
            int piece = Math.min(run - inRun, count - done);
            collect(start(row) + inRun * step, done, piece);
            done += piece;
            inRun = 0;
        }
    }

    private float[] scratch() {
        if (scratch == null) {
            scratch = new float[BLOCK];
        }
        return scratch;
    }

    /** Position in the array of the first element of run number {@code row}. */
    private int start(int row) {
        int position = offset;
        int rest = row;
        for (int d = sizes.length - 2; d > 0; d--) {
            position += rest % sizes[d] * strides[d];
            rest /= sizes[d];
        }
        return sizes.length > 1 ? position + rest * strides[0] : position;
    }

    /** The same number everywhere; nothing to do where the last block had it too. */
    private void fill(int from, int count) {
        float value = value(from);
        if (filled < count || Float.floatToRawIntBits(value) != Float.floatToRawIntBits(filling)) {
            Arrays.fill(scratch, 0, count, value);
            filled = count;
            filling = value;
        }
    }

    private void collect(int from, int to, int count) {
        if (step == 0) {
            Arrays.fill(scratch, to, to + count, value(from));
        } else if (bytes != null) {
            for (int i = 0; i < count; i++) {
                scratch[to + i] = bytes[from + i * step] & 0xFF;
            }
        } else if (step == 1) {
            System.arraycopy(floats, from, scratch, to, count);
        } else {
            for (int i = 0; i < count; i++) {
                scratch[to + i] = floats[from + i * step];
            }
        }
    }

    private float value(int from) {
        return bytes == null ? floats[from] : bytes[from] & 0xFF;
    }
}
