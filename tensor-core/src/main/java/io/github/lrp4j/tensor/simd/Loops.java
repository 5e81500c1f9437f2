package io.github.lrp4j.tensor.simd;

import jdk.incubator.vector.VectorSpecies;

/**
 * Elementwise functions of dense arrays, as the kernels hand them around.
 *
 * <p>A function is one loop over whole vectors; {@link #anyLength} sends the last partial one through padded copies, so
 * that all elements take the same instructions and results depend on the numbers alone. The indirect call per block costs
 * nothing and keeps the compiler from gathering many loops in one method, see {@link VectorMath}.
 */
final class Loops {
    private static final VectorSpecies<Float> F = Species.F;
    private static final int LANES = F.length();

    private Loops() {
    }

    /** A function of one array. */
    @FunctionalInterface
    interface One {
        /** {@code y[yo + i] = f(x[xo + i])} for {@code i < n}; y may be x at the same offset. */
        void apply(float[] x, int xo, float[] y, int yo, int n);
    }

    /** A function of two arrays. */
    @FunctionalInterface
    interface Two {
        /** {@code y[yo + i] = f(a[ao + i], b[bo + i])} for {@code i < n}; y may be a or b at the same offset. */
        void apply(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n);
    }

    /** A function of three arrays. */
    @FunctionalInterface
    interface Three {
        /** {@code y[yo + i] = f(a[ao + i], b[bo + i], c[co + i])} for {@code i < n}; y may be one of them at the same offset. */
        void apply(float[] a, int ao, float[] b, int bo, float[] c, int co, float[] y, int yo, int n);
    }

    static One anyLength(One wholeVectors) {
        return (x, xo, y, yo, n) -> {
            int whole = F.loopBound(n);
            if (whole > 0) {
                wholeVectors.apply(x, xo, y, yo, whole);
            }
            if (whole < n) {
                float[] lastX = last(x, xo + whole, n - whole);
                wholeVectors.apply(lastX, 0, lastX, 0, LANES);
                System.arraycopy(lastX, 0, y, yo + whole, n - whole);
            }
        };
    }

    static Two anyLength(Two wholeVectors) {
        return (a, ao, b, bo, y, yo, n) -> {
            int whole = F.loopBound(n);
            if (whole > 0) {
                wholeVectors.apply(a, ao, b, bo, y, yo, whole);
            }
            if (whole < n) {
                float[] lastA = last(a, ao + whole, n - whole);
                float[] lastB = last(b, bo + whole, n - whole);
                wholeVectors.apply(lastA, 0, lastB, 0, lastA, 0, LANES);
                System.arraycopy(lastA, 0, y, yo + whole, n - whole);
            }
        };
    }

    static Three anyLength(Three wholeVectors) {
        return (a, ao, b, bo, c, co, y, yo, n) -> {
            int whole = F.loopBound(n);
            if (whole > 0) {
                wholeVectors.apply(a, ao, b, bo, c, co, y, yo, whole);
            }
            if (whole < n) {
                float[] lastA = last(a, ao + whole, n - whole);
                float[] lastB = last(b, bo + whole, n - whole);
                float[] lastC = last(c, co + whole, n - whole);
                wholeVectors.apply(lastA, 0, lastB, 0, lastC, 0, lastA, 0, LANES);
                System.arraycopy(lastA, 0, y, yo + whole, n - whole);
            }
        };
    }

    private static float[] last(float[] x, int at, int n) {
        float[] padded = new float[LANES];
        System.arraycopy(x, at, padded, 0, n);
        return padded;
    }
}
