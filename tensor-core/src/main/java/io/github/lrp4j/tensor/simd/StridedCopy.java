package io.github.lrp4j.tensor.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
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

    /** {@code target[to + i] = source[from + i step]} for {@code i < count}. */
    static void gather(float[] source, int from, int step, float[] target, int to, int count) {
        int done = 0;
        if (step == 1) {
            System.arraycopy(source, from, target, to, count);
            done = count;
        } else if (step == 2) {
            done = gather2(source, from, target, to, count);
        } else if (step == 4) {
            done = gather4(source, from, target, to, count);
        }
        for (int i = done; i < count; i++) {
            target[to + i] = source[from + i * step];
        }
    }

    private static int gather2(float[] source, int from, float[] target, int to, int count) {
        int last = source.length - 2 * L;
        int i = 0;
        for (; i < count && from + 2 * i <= last; i += L) {
            store(pair(source, from + 2 * i), target, to + i, count - i);
        }
        return Math.min(i, count);
    }

    private static int gather4(float[] source, int from, float[] target, int to, int count) {
        int last = source.length - 4 * L;
        int i = 0;
        for (; i < count && from + 4 * i <= last; i += L) {
            IntVector low = pair(source, from + 4 * i);
            IntVector high = pair(source, from + 4 * i + 2 * L);
            store(EVEN.selectFrom(low, high), target, to + i, count - i);
        }
        return Math.min(i, count);
    }

    private static IntVector pair(float[] source, int from) {
        return EVEN.selectFrom(FloatVector.fromArray(F, source, from).reinterpretAsInts(),
                FloatVector.fromArray(F, source, from + L).reinterpretAsInts());
    }

    private static void store(IntVector bits, float[] target, int to, int count) {
        FloatVector values = bits.reinterpretAsFloats();
        if (count >= L) {
            values.intoArray(target, to);
        } else {
            VectorMask<Float> mask = F.indexInRange(0, count);
            values.intoArray(target, to, mask);
        }
    }
}
