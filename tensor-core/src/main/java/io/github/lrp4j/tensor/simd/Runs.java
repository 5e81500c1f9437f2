package io.github.lrp4j.tensor.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Folds of a dense run of float32.
 *
 * <p>Sums go in blocks: within a block of {@value #BLOCK} elements several float32 vectors take turns, in stretches, so
 * that each number passes through a few dozen additions; lanes, blocks and what is left of a vector add up in float64. The order depends on the length
 * alone.
 */
final class Runs {
    /** Elements that are summed in float32 before float64 takes over. */
    static final int BLOCK = 4096;

    /** Elements that four vectors sum up before they are joined. */
    private static final int STRETCH = 32 * Species.F.length();
    /** Float64 sums that take turns in {@link #preciseSum}. */
    private static final int TURNS = 128;
    private static final VectorSpecies<Float> F = Species.F;
    private static final int LANES = F.length();

    private Runs() {
    }

    /** {@code sum x_i}. Where float32 overflows on the way, all is done again in float64. */
    static double sum(float[] x, int at, int n) {
        int whole = F.loopBound(n);
        double total = 0;
        for (int i = 0; i < whole; i += BLOCK) {
            total += blockSum(x, at + i, Math.min(BLOCK, whole - i));
        }
        for (int i = whole; i < n; i++) {
            total += x[at + i];
        }
        return Double.isFinite(total) ? total : preciseSum(x, at, n);
    }

    private static double blockSum(float[] x, int at, int n) {
        FloatVector sum = FloatVector.zero(F);
        int i = 0;
        while (i <= n - 4 * LANES) {
            FloatVector s0 = FloatVector.zero(F);
            FloatVector s1 = s0;
            FloatVector s2 = s0;
            FloatVector s3 = s0;
            int end = Math.min(i + STRETCH, n - n % (4 * LANES));
            for (; i < end; i += 4 * LANES) {
                s0 = s0.add(FloatVector.fromArray(F, x, at + i));
                s1 = s1.add(FloatVector.fromArray(F, x, at + i + LANES));
                s2 = s2.add(FloatVector.fromArray(F, x, at + i + 2 * LANES));
                s3 = s3.add(FloatVector.fromArray(F, x, at + i + 3 * LANES));
            }
            sum = sum.add(s0.add(s1).add(s2.add(s3)));
        }
        for (; i < n; i += LANES) {
            sum = sum.add(FloatVector.fromArray(F, x, at + i));
        }
        return VectorMath.sum(sum);
    }

    /** {@code sum x_i}, all in float64. */
    static double preciseSum(float[] x, int at, int n) {
        double[] sums = new double[TURNS];
        int i = 0;
        for (; i <= n - TURNS; i += TURNS) {
            addTo(sums, x, at + i, TURNS);
        }
        addTo(sums, x, at + i, n - i);
        double total = 0;
        for (double sum : sums) {
            total += sum;
        }
        return total;
    }

    /** {@code sums_i += x_i} in float64. */
    static void addTo(double[] sums, float[] x, int at, int n) {
        for (int i = 0; i < n; i++) {
            sums[i] += x[at + i];
        }
    }

    /** {@code sum a_i b_i}. */
    static double dot(float[] a, int ao, float[] b, int bo, int n) {
        int whole = F.loopBound(n);
        double total = 0;
        for (int i = 0; i < whole; i += BLOCK) {
            total += blockDot(a, ao + i, b, bo + i, Math.min(BLOCK, whole - i));
        }
        for (int i = whole; i < n; i++) {
            total += (double) a[ao + i] * b[bo + i];
        }
        return total;
    }

    private static double blockDot(float[] a, int ao, float[] b, int bo, int n) {
        FloatVector s0 = FloatVector.zero(F);
        FloatVector s1 = s0;
        int i = 0;
        for (; i <= n - 2 * LANES; i += 2 * LANES) {
            s0 = FloatVector.fromArray(F, a, ao + i).fma(FloatVector.fromArray(F, b, bo + i), s0);
            s1 = FloatVector.fromArray(F, a, ao + i + LANES).fma(FloatVector.fromArray(F, b, bo + i + LANES), s1);
        }
        if (i < n) {
            s0 = FloatVector.fromArray(F, a, ao + i).fma(FloatVector.fromArray(F, b, bo + i), s0);
        }
        return VectorMath.sum(s0.add(s1));
    }

    /** {@code sum a_i (b_i - mean)}. */
    static double dotCentered(float[] a, int ao, float[] b, int bo, float mean, int n) {
        int whole = F.loopBound(n);
        double total = 0;
        for (int i = 0; i < whole; i += BLOCK) {
            total += blockDotCentered(a, ao + i, b, bo + i, mean, Math.min(BLOCK, whole - i));
        }
        for (int i = whole; i < n; i++) {
            total += a[ao + i] * ((double) b[bo + i] - mean);
        }
        return total;
    }

    private static double blockDotCentered(float[] a, int ao, float[] b, int bo, float mean, int n) {
        FloatVector s0 = FloatVector.zero(F);
        FloatVector s1 = s0;
        FloatVector m = FloatVector.broadcast(F, mean);
        int i = 0;
        for (; i <= n - 2 * LANES; i += 2 * LANES) {
            s0 = FloatVector.fromArray(F, b, bo + i).sub(m).fma(FloatVector.fromArray(F, a, ao + i), s0);
            s1 = FloatVector.fromArray(F, b, bo + i + LANES).sub(m).fma(FloatVector.fromArray(F, a, ao + i + LANES),
                    s1);
        }
        if (i < n) {
            s0 = FloatVector.fromArray(F, b, bo + i).sub(m).fma(FloatVector.fromArray(F, a, ao + i), s0);
        }
        return VectorMath.sum(s0.add(s1));
    }

    /** {@code sum (x_i - high - low)^2}: a mean in two floats loses nothing where it is large beside the spread. */
    static double squaredDistance(float[] x, int at, int n, float high, float low) {
        int whole = F.loopBound(n);
        double total = 0;
        for (int i = 0; i < whole; i += BLOCK) {
            total += blockSquaredDistance(x, at + i, Math.min(BLOCK, whole - i), high, low);
        }
        for (int i = whole; i < n; i++) {
            double d = (double) x[at + i] - high - low;
            total += d * d;
        }
        return total;
    }

    private static double blockSquaredDistance(float[] x, int at, int n, float high, float low) {
        FloatVector s0 = FloatVector.zero(F);
        FloatVector s1 = s0;
        FloatVector h = FloatVector.broadcast(F, high);
        FloatVector l = FloatVector.broadcast(F, low);
        int i = 0;
        for (; i <= n - 2 * LANES; i += 2 * LANES) {
            FloatVector d0 = FloatVector.fromArray(F, x, at + i).sub(h).sub(l);
            FloatVector d1 = FloatVector.fromArray(F, x, at + i + LANES).sub(h).sub(l);
            s0 = d0.fma(d0, s0);
            s1 = d1.fma(d1, s1);
        }
        if (i < n) {
            FloatVector d0 = FloatVector.fromArray(F, x, at + i).sub(h).sub(l);
            s0 = d0.fma(d0, s0);
        }
        return VectorMath.sum(s0.add(s1));
    }

    /** The largest element; NaN if there is one; minus infinity for nothing. */
    static float max(float[] x, int at, int n) {
        FloatVector m0 = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
        FloatVector m1 = m0;
        int i = 0;
        for (; i <= n - 2 * LANES; i += 2 * LANES) {
            m0 = m0.max(FloatVector.fromArray(F, x, at + i));
            m1 = m1.max(FloatVector.fromArray(F, x, at + i + LANES));
        }
        for (; i < n; i += LANES) {
            VectorMask<Float> in = F.indexInRange(i, n);
            m0 = m0.lanewise(VectorOperators.MAX, FloatVector.fromArray(F, x, at + i, in), in);
        }
        return m0.max(m1).reduceLanes(VectorOperators.MAX);
    }

    /** The smallest element; NaN if there is one; infinity for nothing. */
    static float min(float[] x, int at, int n) {
        FloatVector m0 = FloatVector.broadcast(F, Float.POSITIVE_INFINITY);
        FloatVector m1 = m0;
        int i = 0;
        for (; i <= n - 2 * LANES; i += 2 * LANES) {
            m0 = m0.min(FloatVector.fromArray(F, x, at + i));
            m1 = m1.min(FloatVector.fromArray(F, x, at + i + LANES));
        }
        for (; i < n; i += LANES) {
            VectorMask<Float> in = F.indexInRange(i, n);
            m0 = m0.lanewise(VectorOperators.MIN, FloatVector.fromArray(F, x, at + i, in), in);
        }
        return m0.min(m1).reduceLanes(VectorOperators.MIN);
    }
}
