package io.github.lrp4j.tensor.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/** Copies between rows of which one has gaps. */
final class StridedCopy {
    private static final VectorSpecies<Float> F = Species.F;
    private static final VectorSpecies<Integer> I = Species.I;
    private static final int L = F.length();

    /** Lanes 0, 2, 4, ... of a pair of vectors. */
    private static final IntVector EVEN = IntVector.fromArray(I, indices(0), 0);

    private StridedCopy() {
    }

    private static int[] indices(int first) {
        int[] lanes = new int[L];
        for (int i = 0; i < L; i++) {
            lanes[i] = first + 2 * i;
        }
        return lanes;
    }

    /**
     * {@code target[to + i] = source[from + i step]} for {@code i < count}; may write any number to places behind these,
     * but not from {@code limit} on.
     */
    static void gather(float[] source, int from, int step, float[] target, int to, int count, int limit) {
        int done = 0;
        if (step == 1) {
            System.arraycopy(source, from, target, to, count);
            done = count;
        } else if (step == 2) {
            done = gather2(source, from, target, to, count, limit);
        } else if (step == 4) {
            done = gather4(source, from, target, to, count, limit);
        }
        for (int i = done; i < count; i++) {
            target[to + i] = source[from + i * step];
        }
    }

    private static int gather2(float[] source, int from, float[] target, int to, int count, int limit) {
        int whole = wholeVectors(count, limit - to, (source.length - from) / 2);
        for (int i = 0; i < whole; i += L) {
            IntVector a = FloatVector.fromArray(F, source, from + 2 * i).reinterpretAsInts();
            IntVector b = FloatVector.fromArray(F, source, from + 2 * i + L).reinterpretAsInts();
            EVEN.selectFrom(a, b).reinterpretAsFloats().intoArray(target, to + i);
        }
        return whole;
    }

    private static int gather4(float[] source, int from, float[] target, int to, int count, int limit) {
        int whole = wholeVectors(count, limit - to, (source.length - from) / 4);
        for (int i = 0; i < whole; i += L) {
            IntVector a = FloatVector.fromArray(F, source, from + 4 * i).reinterpretAsInts();
            IntVector b = FloatVector.fromArray(F, source, from + 4 * i + L).reinterpretAsInts();
            IntVector c = FloatVector.fromArray(F, source, from + 4 * i + 2 * L).reinterpretAsInts();
            IntVector d = FloatVector.fromArray(F, source, from + 4 * i + 3 * L).reinterpretAsInts();
            IntVector low = EVEN.selectFrom(a, b);
            IntVector high = EVEN.selectFrom(c, d);
            EVEN.selectFrom(low, high).reinterpretAsFloats().intoArray(target, to + i);
        }
        return whole;
    }

    /** How many numbers to copy by vectors: all, rounded up, as far as there is room at both ends. */
    private static int wholeVectors(int count, int writable, int readable) {
        return Math.min((count + L - 1) / L * L, Math.min(writable, readable) / L * L);
    }
}
