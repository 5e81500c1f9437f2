package io.github.lrp4j.tensor.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The arithmetic of relevance rules, cell by cell, in one pass each. */
final class RuleLoops {
    private static final VectorSpecies<Float> F = Species.F;
    private static final int LANES = F.length();

    private RuleLoops() {
    }

    private static FloatVector load(float[] x, int at) {
        return FloatVector.fromArray(F, x, at);
    }

    /** As {@link io.github.lrp4j.tensor.kernels.Kernels#gammaQuotients}. */
    record GammaQuotients(float gamma, float eps, boolean skipZero) {
        /** Fills {@code s[at .. at + n - 1]} and t likewise; the last partial vector goes through padded copies. */
        void apply(Operand r, Operand z, Operand m, float[] s, float[] t, int at, int n) {
            int whole = F.loopBound(n);
            vectors(r.array, r.at, z.array, z.at, m.array, m.at, s, at, t, at, whole);
            int rest = n - whole;
            if (rest > 0) {
                float[] lastS = new float[LANES];
                float[] lastT = new float[LANES];
                vectors(padded(r, whole, rest), 0, padded(z, whole, rest), 0, padded(m, whole, rest), 0, lastS, 0,
                        lastT, 0, LANES);
                System.arraycopy(lastS, 0, s, at + whole, rest);
                System.arraycopy(lastT, 0, t, at + whole, rest);
            }
        }

        private static float[] padded(Operand x, int from, int n) {
            float[] padded = new float[LANES];
            System.arraycopy(x.array, x.at + from, padded, 0, n);
            return padded;
        }

        private void vectors(float[] r, int ro, float[] z, int zo, float[] m, int mo, float[] s, int so, float[] t,
                int to, int n) {
            float half = gamma / 2;
            float wide = 1 + half;
            FloatVector zero = FloatVector.zero(F);
            for (int i = 0; i < n; i += LANES) {
                FloatVector output = load(z, zo + i);
                FloatVector magnitude = load(m, mo + i).mul(half);
                VectorMask<Float> isPositive = output.compare(VectorOperators.GT, zero);
                FloatVector u = output.mul(wide).add(magnitude.neg().blend(magnitude, isPositive));
                FloatVector stable = u.add(eps).blend(u.sub(eps), u.compare(VectorOperators.LT, zero));
                FloatVector quotient = load(r, ro + i).div(stable);
                if (skipZero) {
                    quotient = quotient.blend(zero, output.compare(VectorOperators.EQ, zero));
                }
                quotient.intoArray(s, so + i);
                quotient.neg().blend(quotient, isPositive).intoArray(t, to + i);
            }
        }
    }

    /** {@code r / (z + eps)}. */
    static Loops.Two shiftedQuotient(float eps) {
        return Loops.anyLength((r, ro, z, zo, y, yo, n) -> shiftedQuotient(eps, r, ro, z, zo, y, yo, n));
    }

    private static void shiftedQuotient(float eps, float[] r, int ro, float[] z, int zo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            load(r, ro + i).div(load(z, zo + i).add(eps)).intoArray(y, yo + i);
        }
    }

    /** {@code weight r / (z + eps sign z)}, or {@code weight r / (z + eps)} where not signed. */
    static Loops.Two weightedQuotient(float weight, float eps, boolean signed) {
        float below = signed ? -eps : eps;
        return Loops
                .anyLength((r, ro, z, zo, y, yo, n) -> weightedQuotient(weight, eps, below, r, ro, z, zo, y, yo, n));
    }

    private static void weightedQuotient(float weight, float eps, float below, float[] r, int ro, float[] z, int zo,
            float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector d = load(z, zo + i);
            FloatVector stable = d.add(eps).blend(d.add(below), d.compare(VectorOperators.LT, 0));
            load(r, ro + i).mul(weight).div(stable).intoArray(y, yo + i);
        }
    }

    /** {@code x a} where {@code x > 0}, {@code x b} elsewhere. */
    static Loops.Three signedShare() {
        return Loops.anyLength(RuleLoops::signedShare);
    }

    private static void signedShare(float[] x, int xo, float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector own = load(x, xo + i);
            own.mul(load(b, bo + i).blend(load(a, ao + i), own.compare(VectorOperators.GT, 0))).intoArray(y, yo + i);
        }
    }

    /** {@code x (a s + b sign(x) t)}. */
    static Loops.Three signedMix(float a, float b) {
        return Loops.anyLength((x, xo, s, so, t, to, y, yo, n) -> signedMix(a, b, x, xo, s, so, t, to, y, yo, n));
    }

    private static void signedMix(float a, float b, float[] x, int xo, float[] s, int so, float[] t, int to, float[] y,
            int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector own = load(x, xo + i);
            FloatVector first = own.mul(load(s, so + i)).mul(a);
            own.abs().mul(load(t, to + i)).mul(b).add(first).intoArray(y, yo + i);
        }
    }

    /** Whether {@code r[i] == 0} wherever {@code y[i]} is not positive. */
    static boolean isZeroUnlessPositive(float[] r, int ro, float[] y, int yo, int n) {
        FloatVector zero = FloatVector.zero(F);
        int i = 0;
        VectorMask<Float> wrong = F.maskAll(false);
        for (; i <= n - LANES; i += LANES) {
            VectorMask<Float> idle = load(y, yo + i).compare(VectorOperators.GT, zero).not();
            wrong = wrong.or(load(r, ro + i).compare(VectorOperators.NE, zero).and(idle));
        }
        boolean found = wrong.anyTrue();
        for (; i < n; i++) {
            found |= r[ro + i] != 0 && !(y[yo + i] > 0);
        }
        return !found;
    }
}
