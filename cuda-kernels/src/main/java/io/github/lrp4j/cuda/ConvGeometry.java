package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import java.util.List;

/**
 * Sizes of one convolution, with three spatial dimensions of which leading ones may be 1.
 *
 * @param samples N
 * @param groups groups of channels that do not mix
 * @param in input channels of a group
 * @param out output channels of a group
 * @param taps numbers of a window in one channel
 * @param inputs cells of an input plane
 * @param outputs cells of an output plane
 * @param window {@code struct Geometry} of {@code geometry.cuh}
 * @param pointwise whether every output sees the one input at its own place
 */
record ConvGeometry(int samples, int groups, int in, int out, int taps, int inputs, int outputs, int[] window,
        boolean pointwise) {
    private static final int SPATIAL = 3;
    /** Which array of {@code struct Geometry} that is. */
    private static final int PADDING = 4;

    /** Checks the shapes as {@link ConvSpec#outputShape} does. */
    static ConvGeometry of(Shape x, Shape w, ConvSpec spec) {
        Shape y = spec.outputShape(x, w);
        int n = spec.spatial();
        List<Integer> in = x.toList().subList(2, n + 2);
        List<Integer> out = y.toList().subList(2, n + 2);
        List<Integer> kernel = w.toList().subList(2, n + 2);
        int[] window = window(in, out, kernel, spec.stride(), spec.padding(), spec.dilation());
        int taps = product(kernel);
        boolean pointwise = taps == 1 && product(spec.stride()) == 1 && in.equals(out)
                && spec.padding().stream().allMatch(p -> p == 0);
        return new ConvGeometry(x.size(0), spec.groups(), w.size(1), w.size(0) / spec.groups(), taps, product(in),
                product(out), window, pointwise);
    }

    /** {@code struct Geometry}: its arrays of three ints one after the other. */
    static int[] window(List<Integer> in, List<Integer> out, List<Integer> kernel, List<Integer> stride,
            List<Integer> padding, List<Integer> dilation) {
        int[] window = new int[6 * SPATIAL];
        List<List<Integer>> rows = List.of(in, out, kernel, stride, padding, dilation);
        int lead = SPATIAL - in.size();
        for (int r = 0; r < rows.size(); r++) {
            int missing = r == PADDING ? 0 : 1;
            for (int d = 0; d < SPATIAL; d++) {
                window[r * SPATIAL + d] = d < lead ? missing : rows.get(r).get(d - lead);
            }
        }
        return window;
    }

    private static int product(List<Integer> sizes) {
        int product = 1;
        for (int size : sizes) {
            product = Math.multiplyExact(product, size);
        }
        return product;
    }

    /** Rows of the columns of a group: what one output is a sum of. */
    int terms() {
        return in * taps;
    }

    /** Numbers of a window that lie side by side. */
    int rowOfTaps() {
        return window[2 * SPATIAL + SPATIAL - 1];
    }

    /** {@code struct Channels} of {@code convolution.cu}. */
    int[] channels() {
        return new int[] {groups, in, out};
    }
}
