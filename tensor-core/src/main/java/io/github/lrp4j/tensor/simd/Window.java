package io.github.lrp4j.tensor.simd;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * One dimension of a correlation: output {@code o} meets input {@code o stride + i dilation - padding} at tap {@code i}.
 *
 * @param in size of the input; what lies outside of it is zero
 * @param kernel number of taps
 * @param stride step of the window
 * @param dilation distance between taps
 * @param padding zeros in front of the input; negative where the first inputs are not read
 * @param out number of outputs
 */
record Window(int in, int kernel, int stride, int dilation, int padding, int out) {
    /** A dimension that is not there. */
    static final Window NONE = new Window(1, 1, 1, 1, 0, 1);

    /** Which of the {@code stride} interleaved parts of the padded input tap {@code tap} reads. */
    int phase(int tap) {
        return tap * dilation % stride;
    }

    /** How far from its output, in that part, tap {@code tap} reads. */
    int shift(int tap) {
        return tap * dilation / stride;
    }

    /** The parts of the padded input that are read at all, ascending. */
    int[] phases() {
        return IntStream.range(0, kernel).map(this::phase).sorted().distinct().toArray();
    }

    /** Length of such a part. */
    int extent() {
        return out + shift(kernel - 1);
    }

    /** Position of {@code phase} in {@link #phases()}. */
    static int rank(int[] phases, int phase) {
        return Arrays.binarySearch(phases, phase);
    }

    /** Whether no two windows overlap, and none is padded. */
    boolean isTiling() {
        return kernel <= stride && dilation == 1 && padding == 0;
    }

    /** Whether the taps of all outputs lie inside the input, one input apart from one output to the next. */
    boolean staysInside() {
        return stride == 1 && padding <= 0 && out - 1 + (kernel - 1) * dilation - padding < in;
    }
}
