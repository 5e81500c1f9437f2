package io.github.lrp4j.tensor.kernels;

import io.github.lrp4j.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * How the spatial dimensions of {@code [N, C, in...]} become {@code size}: each output cell is a weighted mean of input
 * cells around its place in the input, one dimension at a time.
 *
 * <p>With {@code r = in / out} (or {@code 1 / factor}) the place of output cell i is {@code (i + 1/2) r - 1/2}, not below 0
 * for LINEAR; with aligned corners {@code i (in - 1) / (out - 1)}. NEAREST takes cell {@code floor(i r)}. As PyTorch's
 * {@code interpolate}, without antialiasing.
 *
 * @param mode which cells, with which weights
 * @param size output size per spatial dimension
 * @param factors output cells per input cell and dimension where places follow from these; empty where from the sizes
 * @param alignCorners whether the first and the last cells of input and output lie on each other; not for NEAREST
 */
public record Resampling(Mode mode, List<Integer> size, List<Double> factors, boolean alignCorners) {
    /** Kinds of weights. */
    public enum Mode {
        /** One cell. */
        NEAREST,
        /** The two cells around the place, by distance: linear, bilinear, trilinear. */
        LINEAR,
        /** Four cells, by cubic convolution with {@code a = -0.75} (Keys 1981): bicubic. */
        CUBIC
    }

    private static final double A = -0.75;

    /** Checks and copies. */
    public Resampling {
        size = List.copyOf(size);
        factors = List.copyOf(factors);
        if (size.isEmpty() || size.size() > 3 || size.stream().anyMatch(n -> n < 1)) {
            throw new IllegalArgumentException("interpolate: size " + size + " must name 1 to 3 positive sizes");
        }
        if (!factors.isEmpty() && (factors.size() != size.size() || factors.stream().anyMatch(f -> !(f > 0)))) {
            throw new IllegalArgumentException(
                    "interpolate: factors " + factors + " must be positive, one per dimension of " + size);
        }
        if (alignCorners && mode == Mode.NEAREST) {
            throw new IllegalArgumentException("interpolate: nearest cells know no aligned corners, size " + size);
        }
    }

    /** To these sizes. */
    public static Resampling to(Mode mode, boolean alignCorners, List<Integer> size) {
        return new Resampling(mode, size, List.of(), alignCorners);
    }

    /** By these factors: sizes are {@code floor(in factor)}, places follow from the factors. */
    public static Resampling by(Mode mode, boolean alignCorners, List<Double> factors, Shape x) {
        Integer[] size = new Integer[factors.size()];
        requireSpatial(x, size.length);
        Arrays.setAll(size, d -> (int) Math.floor(x.size(d + 2) * factors.get(d)));
        return new Resampling(mode, List.of(size), factors, alignCorners);
    }

    private static void requireSpatial(Shape x, int spatial) {
        if (x.rank() != spatial + 2) {
            throw new IllegalArgumentException("interpolate: input must be [N, C, " + spatial + " sizes], got " + x);
        }
    }

    /** {@code [N, C, size...]} for an input {@code [N, C, in...]} of at least one cell per plane. */
    public Shape outputShape(Shape x) {
        requireSpatial(x, size.size());
        Shape out = x;
        for (int d = 0; d < size.size(); d++) {
            if (x.size(d + 2) == 0) {
                throw new IllegalArgumentException("interpolate: no cells to read in " + x + ", size " + size);
            }
            out = out.with(d + 2, size.get(d));
        }
        return out;
    }

    /**
     * What the cells along one dimension are made of: output cell i is {@code sum_t weights[t][i] x[cells[t][i]]}.
     *
     * @param cells per tap and output cell, which input cell
     * @param weights per tap and output cell, how much of it
     */
    record Taps(int[][] cells, double[][] weights) {
    }

    /** The taps along spatial dimension d for {@code in} input cells. */
    Taps taps(int d, int in) {
        int out = size.get(d);
        int count = mode == Mode.NEAREST ? 1 : mode == Mode.LINEAR ? 2 : 4;
        int[][] cells = new int[count][out];
        double[][] weights = new double[count][out];
        for (int i = 0; i < out; i++) {
            double place = place(d, i, in);
            int first = (int) Math.floor(place);
            double t = place - first;
            switch (mode) {
                case NEAREST -> set(cells, weights, i, 0, first, 1, in);
                case LINEAR -> {
                    set(cells, weights, i, 0, first, 1 - t, in);
                    set(cells, weights, i, 1, first + 1, t, in);
                }
                case CUBIC -> {
                    set(cells, weights, i, 0, first - 1, outer(1 + t), in);
                    set(cells, weights, i, 1, first, inner(t), in);
                    set(cells, weights, i, 2, first + 1, inner(1 - t), in);
                    set(cells, weights, i, 3, first + 2, outer(2 - t), in);
                }
            }
        }
        return new Taps(cells, weights);
    }

    /** Cells outside are the ones at the edge. */
    private static void set(int[][] cells, double[][] weights, int i, int tap, int cell, double weight, int in) {
        cells[tap][i] = Math.clamp(cell, 0, in - 1);
        weights[tap][i] = weight;
    }

    private double place(int d, int i, int in) {
        int out = size.get(d);
        if (alignCorners) {
            return out == 1 ? 0 : (double) i * (in - 1) / (out - 1);
        }
        // A quotient of integers where there is one: nearest cells must not slip by a rounding.
        double left = factors.isEmpty() ? (double) ((long) i * in) / out : i / factors.get(d);
        if (mode == Mode.NEAREST) {
            return left;
        }
        double place = left + 0.5 * (factors.isEmpty() ? (double) in / out : 1 / factors.get(d)) - 0.5;
        return mode == Mode.LINEAR ? Math.max(0, place) : place;
    }

    /** Weight at distance x from 0 to 1. */
    private static double inner(double x) {
        return ((A + 2) * x - (A + 3)) * x * x + 1;
    }

    /** Weight at distance x from 1 to 2. */
    private static double outer(double x) {
        return ((A * x - 5 * A) * x + 8 * A) * x - 4 * A;
    }
}
