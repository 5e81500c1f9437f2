package io.github.lrp4j.tensor.simd;

import java.util.Arrays;

/**
 * Where a correlation finds its inputs: the one for row k (channel and tap) and output {@code (d, h, w)} is
 * {@code origin + taps[k] + d planePitch + h rowPitch + w} in an array of inputs that are padded unless none is needed.
 *
 * @param taps position of the input of each row for output 0
 * @param reach the largest of them
 * @param depth outputs along the depth
 * @param height outputs along the height
 * @param width outputs along the width
 * @param planePitch distance from one d to the next
 * @param rowPitch distance from one h to the next
 */
record Patches(int[] taps, int reach, int depth, int height, int width, int planePitch, int rowPitch) {
    /** Outputs of which the inputs of each row lie in few contiguous runs. Not thread-safe. */
    static final class Runs {
        /** Number of runs. */
        int count;
        /** The last place in the inputs where a run begins. */
        int furthest;
        /** Where run r begins among the outputs asked for; one more entry says where the last one ends. */
        final int[] at;
        /** Where run r begins in the inputs, apart from the origin and the row's tap. */
        final int[] from;

        Runs(int outputs) {
            at = new int[outputs + 1];
            from = new int[outputs];
        }
    }

    Patches(int[] taps, int depth, int height, int width, int planePitch, int rowPitch) {
        this(taps, Arrays.stream(taps).max().orElse(0), depth, height, width, planePitch, rowPitch);
    }

    /** Number of rows. */
    int rows() {
        return taps.length;
    }

    /** Number of outputs. */
    int outputs() {
        return depth * height * width;
    }

    /** Finds the runs of the outputs {@code first .. first + count - 1}, counted row-major. */
    void runs(int first, int count, Runs runs) {
        int n = 0;
        int p = first;
        int end = first + count;
        runs.furthest = 0;
        while (p < end) {
            int row = p / width;
            int w = p - row * width;
            int from = row / height * planePitch + row % height * rowPitch + w;
            int length = Math.min(width - w, end - p);
            if (n == 0 || from != runs.from[n - 1] + p - first - runs.at[n - 1]) {
                runs.at[n] = p - first;
                runs.from[n] = from;
                runs.furthest = Math.max(runs.furthest, from);
                n++;
            }
            p += length;
        }
        runs.at[n] = count;
        runs.count = n;
    }
}
