package io.github.lrp4j.tensor.simd;

import java.util.ArrayList;
import java.util.List;

/**
 * One dimension of the adjoint of a correlation to its input, for the inputs {@code u = first + stride v}: they receive
 * from the same taps, and what they receive is a correlation of stride 1 over the outputs.
 *
 * <p>Input u meets output o at tap i where {@code u + padding = o stride + i dilation}. With a fixed remainder r of
 * {@code u + padding} modulo the stride s, the taps are those with {@code i dilation = r (mod s)}: {@code i = i0 + t s / gcd}
 * for {@code gcd = gcd(dilation, s)}, and one of them to the next is {@code dilation / gcd} outputs. Counting the taps
 * backwards makes it a correlation again.
 *
 * @param window the correlation; its input is the output of the original
 * @param first the first input
 * @param stride distance of the inputs
 * @param firstTap the tap of the original that becomes tap 0; without meaning where the window has no taps
 * @param tapStep the step to the tap of the original that becomes tap 1, negative
 */
record AdjointWindow(Window window, int first, int stride, int firstTap, int tapStep) {
    /** The parts of the adjoint of {@code forward}; inputs named by none of them receive nothing. */
    static List<AdjointWindow> of(Window forward) {
        List<AdjointWindow> parts = new ArrayList<>();
        int stride = forward.stride();
        int step = stride / gcd(forward.dilation(), stride);
        int dilation = forward.dilation() * step / stride;
        for (int r = 0; r < stride; r++) {
            int first = Math.floorMod(r - forward.padding(), stride);
            int tap = 0;
            while (tap < forward.kernel() && forward.phase(tap) != r) {
                tap++;
            }
            if (first >= forward.in() || tap == forward.kernel()) {
                continue;
            }
            int taps = (forward.kernel() - 1 - tap) / step + 1;
            int count = (forward.in() - first + stride - 1) / stride;
            int output = (first + forward.padding() - tap * forward.dilation()) / stride;
            Window window =
                    new Window(forward.out(), taps, 1, dilation, (taps - 1) * dilation - output, count);
            parts.add(new AdjointWindow(window, first, stride, tap + (taps - 1) * step, -step));
        }
        return parts;
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
