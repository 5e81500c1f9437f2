package io.github.lrp4j.tensor.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The register-tiled inner loops of matrix multiplication, and the in-register transposes that pack for them.
 * {@link MicroKernel} says what they compute. Written by {@code src/generator/java/GenerateMicroKernels.java}.
 */
final class MicroKernels {
    private static final VectorSpecies<Float> F = Species.F;
    private static final VectorSpecies<Integer> I = Species.I;
    private static final int L = F.length();
    private static final int N = 2 * L;
    private static final IntVector LOW1 = pairing(1, false);
    private static final IntVector HIGH1 = pairing(1, true);
    private static final IntVector LOW2 = pairing(2, false);
    private static final IntVector HIGH2 = pairing(2, true);
    private static final IntVector LOW4 = pairing(4, false);
    private static final IntVector HIGH4 = pairing(4, true);
    private static final IntVector LOW8 = pairing(8, false);
    private static final IntVector HIGH8 = pairing(8, true);

    private MicroKernels() {
    }

    /** {@link MicroKernel#run} for tiles of 1 vector. */
    static void run1(int rows, float[] a, int ao, float[] b, int bo, int depth, float[] s, int so,
            int lds, float[] c, int co, int ldc) {
        switch (rows) {
            case 1 -> k1x1(a, ao, b, bo, depth, s, so, lds, c, co, ldc);
            case 2 -> k2x1(a, ao, b, bo, depth, s, so, lds, c, co, ldc);
            case 3 -> k3x1(a, ao, b, bo, depth, s, so, lds, c, co, ldc);
            case 4 -> k4x1(a, ao, b, bo, depth, s, so, lds, c, co, ldc);
            case 5 -> k5x1(a, ao, b, bo, depth, s, so, lds, c, co, ldc);
            case 6 -> k6x1(a, ao, b, bo, depth, s, so, lds, c, co, ldc);
            case 7 -> k7x1(a, ao, b, bo, depth, s, so, lds, c, co, ldc);
            case 8 -> k8x1(a, ao, b, bo, depth, s, so, lds, c, co, ldc);
            case 9 -> k9x1(a, ao, b, bo, depth, s, so, lds, c, co, ldc);
            case 10 -> k10x1(a, ao, b, bo, depth, s, so, lds, c, co, ldc);
            case 11 -> k11x1(a, ao, b, bo, depth, s, so, lds, c, co, ldc);
            case 12 -> k12x1(a, ao, b, bo, depth, s, so, lds, c, co, ldc);
            case 13 -> k13x1(a, ao, b, bo, depth, s, so, lds, c, co, ldc);
            case 14 -> k14x1(a, ao, b, bo, depth, s, so, lds, c, co, ldc);
            default -> throw new IllegalArgumentException(rows + " rows");
        }
    }

    /** {@link MicroKernel#run} for tiles of 2 vectors. */
    static void run2(int rows, float[] a, int ao, float[] b, int bo, int depth, float[] s, int so,
            int lds, float[] c, int co, int ldc) {
        switch (rows) {
            case 1 -> k1x2(a, ao, b, bo, depth, s, so, lds, c, co, ldc);
            case 2 -> k2x2(a, ao, b, bo, depth, s, so, lds, c, co, ldc);
            case 3 -> k3x2(a, ao, b, bo, depth, s, so, lds, c, co, ldc);
            case 4 -> k4x2(a, ao, b, bo, depth, s, so, lds, c, co, ldc);
            case 5 -> k5x2(a, ao, b, bo, depth, s, so, lds, c, co, ldc);
            case 6 -> k6x2(a, ao, b, bo, depth, s, so, lds, c, co, ldc);
            case 7 -> k7x2(a, ao, b, bo, depth, s, so, lds, c, co, ldc);
            case 8 -> k8x2(a, ao, b, bo, depth, s, so, lds, c, co, ldc);
            case 9 -> k9x2(a, ao, b, bo, depth, s, so, lds, c, co, ldc);
            case 10 -> k10x2(a, ao, b, bo, depth, s, so, lds, c, co, ldc);
            case 11 -> k11x2(a, ao, b, bo, depth, s, so, lds, c, co, ldc);
            case 12 -> k12x2(a, ao, b, bo, depth, s, so, lds, c, co, ldc);
            case 13 -> k13x2(a, ao, b, bo, depth, s, so, lds, c, co, ldc);
            case 14 -> k14x2(a, ao, b, bo, depth, s, so, lds, c, co, ldc);
            default -> throw new IllegalArgumentException(rows + " rows");
        }
    }

    private static void k1x1(float[] a, int ao, float[] b, int bo, int depth, float[] s, int so,
            int lds, float[] c, int co, int ldc) {
        FloatVector c0v0 = FloatVector.zero(F);
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromArray(F, b, bo + k * N);
            FloatVector a0 = FloatVector.broadcast(F, a[ao + k * 1 + 0]);
            c0v0 = a0.fma(b0, c0v0);
        }
        c0v0 = c0v0.add(FloatVector.fromArray(F, s, so));
        c0v0.intoArray(c, co);
    }

    private static void k2x1(float[] a, int ao, float[] b, int bo, int depth, float[] s, int so,
            int lds, float[] c, int co, int ldc) {
        FloatVector c0v0 = FloatVector.zero(F);
        FloatVector c1v0 = FloatVector.zero(F);
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromArray(F, b, bo + k * N);
            FloatVector a0 = FloatVector.broadcast(F, a[ao + k * 2 + 0]);
            c0v0 = a0.fma(b0, c0v0);
            FloatVector a1 = FloatVector.broadcast(F, a[ao + k * 2 + 1]);
            c1v0 = a1.fma(b0, c1v0);
        }
        c0v0 = c0v0.add(FloatVector.fromArray(F, s, so));
        c1v0 = c1v0.add(FloatVector.fromArray(F, s, so + lds));
        c0v0.intoArray(c, co);
        c1v0.intoArray(c, co + ldc);
    }

    private static void k3x1(float[] a, int ao, float[] b, int bo, int depth, float[] s, int so,
            int lds, float[] c, int co, int ldc) {
        FloatVector c0v0 = FloatVector.zero(F);
        FloatVector c1v0 = FloatVector.zero(F);
        FloatVector c2v0 = FloatVector.zero(F);
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromArray(F, b, bo + k * N);
            FloatVector a0 = FloatVector.broadcast(F, a[ao + k * 3 + 0]);
            c0v0 = a0.fma(b0, c0v0);
            FloatVector a1 = FloatVector.broadcast(F, a[ao + k * 3 + 1]);
            c1v0 = a1.fma(b0, c1v0);
            FloatVector a2 = FloatVector.broadcast(F, a[ao + k * 3 + 2]);
            c2v0 = a2.fma(b0, c2v0);
        }
        c0v0 = c0v0.add(FloatVector.fromArray(F, s, so));
        c1v0 = c1v0.add(FloatVector.fromArray(F, s, so + lds));
        c2v0 = c2v0.add(FloatVector.fromArray(F, s, so + 2 * lds));
        c0v0.intoArray(c, co);
        c1v0.intoArray(c, co + ldc);
        c2v0.intoArray(c, co + 2 * ldc);
    }

    private static void k4x1(float[] a, int ao, float[] b, int bo, int depth, float[] s, int so,
            int lds, float[] c, int co, int ldc) {
        FloatVector c0v0 = FloatVector.zero(F);
        FloatVector c1v0 = FloatVector.zero(F);
        FloatVector c2v0 = FloatVector.zero(F);
        FloatVector c3v0 = FloatVector.zero(F);
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromArray(F, b, bo + k * N);
            FloatVector a0 = FloatVector.broadcast(F, a[ao + k * 4 + 0]);
            c0v0 = a0.fma(b0, c0v0);
            FloatVector a1 = FloatVector.broadcast(F, a[ao + k * 4 + 1]);
            c1v0 = a1.fma(b0, c1v0);
            FloatVector a2 = FloatVector.broadcast(F, a[ao + k * 4 + 2]);
            c2v0 = a2.fma(b0, c2v0);
            FloatVector a3 = FloatVector.broadcast(F, a[ao + k * 4 + 3]);
            c3v0 = a3.fma(b0, c3v0);
        }
        c0v0 = c0v0.add(FloatVector.fromArray(F, s, so));
        c1v0 = c1v0.add(FloatVector.fromArray(F, s, so + lds));
        c2v0 = c2v0.add(FloatVector.fromArray(F, s, so + 2 * lds));
        c3v0 = c3v0.add(FloatVector.fromArray(F, s, so + 3 * lds));
        c0v0.intoArray(c, co);
        c1v0.intoArray(c, co + ldc);
        c2v0.intoArray(c, co + 2 * ldc);
        c3v0.intoArray(c, co + 3 * ldc);
    }

    private static void k5x1(float[] a, int ao, float[] b, int bo, int depth, float[] s, int so,
            int lds, float[] c, int co, int ldc) {
        FloatVector c0v0 = FloatVector.zero(F);
        FloatVector c1v0 = FloatVector.zero(F);
        FloatVector c2v0 = FloatVector.zero(F);
        FloatVector c3v0 = FloatVector.zero(F);
        FloatVector c4v0 = FloatVector.zero(F);
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromArray(F, b, bo + k * N);
            FloatVector a0 = FloatVector.broadcast(F, a[ao + k * 5 + 0]);
            c0v0 = a0.fma(b0, c0v0);
            FloatVector a1 = FloatVector.broadcast(F, a[ao + k * 5 + 1]);
            c1v0 = a1.fma(b0, c1v0);
            FloatVector a2 = FloatVector.broadcast(F, a[ao + k * 5 + 2]);
            c2v0 = a2.fma(b0, c2v0);
            FloatVector a3 = FloatVector.broadcast(F, a[ao + k * 5 + 3]);
            c3v0 = a3.fma(b0, c3v0);
            FloatVector a4 = FloatVector.broadcast(F, a[ao + k * 5 + 4]);
            c4v0 = a4.fma(b0, c4v0);
        }
        c0v0 = c0v0.add(FloatVector.fromArray(F, s, so));
        c1v0 = c1v0.add(FloatVector.fromArray(F, s, so + lds));
        c2v0 = c2v0.add(FloatVector.fromArray(F, s, so + 2 * lds));
        c3v0 = c3v0.add(FloatVector.fromArray(F, s, so + 3 * lds));
        c4v0 = c4v0.add(FloatVector.fromArray(F, s, so + 4 * lds));
        c0v0.intoArray(c, co);
        c1v0.intoArray(c, co + ldc);
        c2v0.intoArray(c, co + 2 * ldc);
        c3v0.intoArray(c, co + 3 * ldc);
        c4v0.intoArray(c, co + 4 * ldc);
    }

    private static void k6x1(float[] a, int ao, float[] b, int bo, int depth, float[] s, int so,
            int lds, float[] c, int co, int ldc) {
        FloatVector c0v0 = FloatVector.zero(F);
        FloatVector c1v0 = FloatVector.zero(F);
        FloatVector c2v0 = FloatVector.zero(F);
        FloatVector c3v0 = FloatVector.zero(F);
        FloatVector c4v0 = FloatVector.zero(F);
        FloatVector c5v0 = FloatVector.zero(F);
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromArray(F, b, bo + k * N);
            FloatVector a0 = FloatVector.broadcast(F, a[ao + k * 6 + 0]);
            c0v0 = a0.fma(b0, c0v0);
            FloatVector a1 = FloatVector.broadcast(F, a[ao + k * 6 + 1]);
            c1v0 = a1.fma(b0, c1v0);
            FloatVector a2 = FloatVector.broadcast(F, a[ao + k * 6 + 2]);
            c2v0 = a2.fma(b0, c2v0);
            FloatVector a3 = FloatVector.broadcast(F, a[ao + k * 6 + 3]);
            c3v0 = a3.fma(b0, c3v0);
            FloatVector a4 = FloatVector.broadcast(F, a[ao + k * 6 + 4]);
            c4v0 = a4.fma(b0, c4v0);
            FloatVector a5 = FloatVector.broadcast(F, a[ao + k * 6 + 5]);
            c5v0 = a5.fma(b0, c5v0);
        }
        c0v0 = c0v0.add(FloatVector.fromArray(F, s, so));
        c1v0 = c1v0.add(FloatVector.fromArray(F, s, so + lds));
        c2v0 = c2v0.add(FloatVector.fromArray(F, s, so + 2 * lds));
        c3v0 = c3v0.add(FloatVector.fromArray(F, s, so + 3 * lds));
        c4v0 = c4v0.add(FloatVector.fromArray(F, s, so + 4 * lds));
        c5v0 = c5v0.add(FloatVector.fromArray(F, s, so + 5 * lds));
        c0v0.intoArray(c, co);
        c1v0.intoArray(c, co + ldc);
        c2v0.intoArray(c, co + 2 * ldc);
        c3v0.intoArray(c, co + 3 * ldc);
        c4v0.intoArray(c, co + 4 * ldc);
        c5v0.intoArray(c, co + 5 * ldc);
    }

    private static void k7x1(float[] a, int ao, float[] b, int bo, int depth, float[] s, int so,
            int lds, float[] c, int co, int ldc) {
        FloatVector c0v0 = FloatVector.zero(F);
        FloatVector c1v0 = FloatVector.zero(F);
        FloatVector c2v0 = FloatVector.zero(F);
        FloatVector c3v0 = FloatVector.zero(F);
        FloatVector c4v0 = FloatVector.zero(F);
        FloatVector c5v0 = FloatVector.zero(F);
        FloatVector c6v0 = FloatVector.zero(F);
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromArray(F, b, bo + k * N);
            FloatVector a0 = FloatVector.broadcast(F, a[ao + k * 7 + 0]);
            c0v0 = a0.fma(b0, c0v0);
            FloatVector a1 = FloatVector.broadcast(F, a[ao + k * 7 + 1]);
            c1v0 = a1.fma(b0, c1v0);
            FloatVector a2 = FloatVector.broadcast(F, a[ao + k * 7 + 2]);
            c2v0 = a2.fma(b0, c2v0);
            FloatVector a3 = FloatVector.broadcast(F, a[ao + k * 7 + 3]);
            c3v0 = a3.fma(b0, c3v0);
            FloatVector a4 = FloatVector.broadcast(F, a[ao + k * 7 + 4]);
            c4v0 = a4.fma(b0, c4v0);
            FloatVector a5 = FloatVector.broadcast(F, a[ao + k * 7 + 5]);
            c5v0 = a5.fma(b0, c5v0);
            FloatVector a6 = FloatVector.broadcast(F, a[ao + k * 7 + 6]);
            c6v0 = a6.fma(b0, c6v0);
        }
        c0v0 = c0v0.add(FloatVector.fromArray(F, s, so));
        c1v0 = c1v0.add(FloatVector.fromArray(F, s, so + lds));
        c2v0 = c2v0.add(FloatVector.fromArray(F, s, so + 2 * lds));
        c3v0 = c3v0.add(FloatVector.fromArray(F, s, so + 3 * lds));
        c4v0 = c4v0.add(FloatVector.fromArray(F, s, so + 4 * lds));
        c5v0 = c5v0.add(FloatVector.fromArray(F, s, so + 5 * lds));
        c6v0 = c6v0.add(FloatVector.fromArray(F, s, so + 6 * lds));
        c0v0.intoArray(c, co);
        c1v0.intoArray(c, co + ldc);
        c2v0.intoArray(c, co + 2 * ldc);
        c3v0.intoArray(c, co + 3 * ldc);
        c4v0.intoArray(c, co + 4 * ldc);
        c5v0.intoArray(c, co + 5 * ldc);
        c6v0.intoArray(c, co + 6 * ldc);
    }

    private static void k8x1(float[] a, int ao, float[] b, int bo, int depth, float[] s, int so,
            int lds, float[] c, int co, int ldc) {
        FloatVector c0v0 = FloatVector.zero(F);
        FloatVector c1v0 = FloatVector.zero(F);
        FloatVector c2v0 = FloatVector.zero(F);
        FloatVector c3v0 = FloatVector.zero(F);
        FloatVector c4v0 = FloatVector.zero(F);
        FloatVector c5v0 = FloatVector.zero(F);
        FloatVector c6v0 = FloatVector.zero(F);
        FloatVector c7v0 = FloatVector.zero(F);
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromArray(F, b, bo + k * N);
            FloatVector a0 = FloatVector.broadcast(F, a[ao + k * 8 + 0]);
            c0v0 = a0.fma(b0, c0v0);
            FloatVector a1 = FloatVector.broadcast(F, a[ao + k * 8 + 1]);
            c1v0 = a1.fma(b0, c1v0);
            FloatVector a2 = FloatVector.broadcast(F, a[ao + k * 8 + 2]);
            c2v0 = a2.fma(b0, c2v0);
            FloatVector a3 = FloatVector.broadcast(F, a[ao + k * 8 + 3]);
            c3v0 = a3.fma(b0, c3v0);
            FloatVector a4 = FloatVector.broadcast(F, a[ao + k * 8 + 4]);
            c4v0 = a4.fma(b0, c4v0);
            FloatVector a5 = FloatVector.broadcast(F, a[ao + k * 8 + 5]);
            c5v0 = a5.fma(b0, c5v0);
            FloatVector a6 = FloatVector.broadcast(F, a[ao + k * 8 + 6]);
            c6v0 = a6.fma(b0, c6v0);
            FloatVector a7 = FloatVector.broadcast(F, a[ao + k * 8 + 7]);
            c7v0 = a7.fma(b0, c7v0);
        }
        c0v0 = c0v0.add(FloatVector.fromArray(F, s, so));
        c1v0 = c1v0.add(FloatVector.fromArray(F, s, so + lds));
        c2v0 = c2v0.add(FloatVector.fromArray(F, s, so + 2 * lds));
        c3v0 = c3v0.add(FloatVector.fromArray(F, s, so + 3 * lds));
        c4v0 = c4v0.add(FloatVector.fromArray(F, s, so + 4 * lds));
        c5v0 = c5v0.add(FloatVector.fromArray(F, s, so + 5 * lds));
        c6v0 = c6v0.add(FloatVector.fromArray(F, s, so + 6 * lds));
        c7v0 = c7v0.add(FloatVector.fromArray(F, s, so + 7 * lds));
        c0v0.intoArray(c, co);
        c1v0.intoArray(c, co + ldc);
        c2v0.intoArray(c, co + 2 * ldc);
        c3v0.intoArray(c, co + 3 * ldc);
        c4v0.intoArray(c, co + 4 * ldc);
        c5v0.intoArray(c, co + 5 * ldc);
        c6v0.intoArray(c, co + 6 * ldc);
        c7v0.intoArray(c, co + 7 * ldc);
    }

    private static void k9x1(float[] a, int ao, float[] b, int bo, int depth, float[] s, int so,
            int lds, float[] c, int co, int ldc) {
        FloatVector c0v0 = FloatVector.zero(F);
        FloatVector c1v0 = FloatVector.zero(F);
        FloatVector c2v0 = FloatVector.zero(F);
        FloatVector c3v0 = FloatVector.zero(F);
        FloatVector c4v0 = FloatVector.zero(F);
        FloatVector c5v0 = FloatVector.zero(F);
        FloatVector c6v0 = FloatVector.zero(F);
        FloatVector c7v0 = FloatVector.zero(F);
        FloatVector c8v0 = FloatVector.zero(F);
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromArray(F, b, bo + k * N);
            FloatVector a0 = FloatVector.broadcast(F, a[ao + k * 9 + 0]);
            c0v0 = a0.fma(b0, c0v0);
            FloatVector a1 = FloatVector.broadcast(F, a[ao + k * 9 + 1]);
            c1v0 = a1.fma(b0, c1v0);
            FloatVector a2 = FloatVector.broadcast(F, a[ao + k * 9 + 2]);
            c2v0 = a2.fma(b0, c2v0);
            FloatVector a3 = FloatVector.broadcast(F, a[ao + k * 9 + 3]);
            c3v0 = a3.fma(b0, c3v0);
            FloatVector a4 = FloatVector.broadcast(F, a[ao + k * 9 + 4]);
            c4v0 = a4.fma(b0, c4v0);
            FloatVector a5 = FloatVector.broadcast(F, a[ao + k * 9 + 5]);
            c5v0 = a5.fma(b0, c5v0);
            FloatVector a6 = FloatVector.broadcast(F, a[ao + k * 9 + 6]);
            c6v0 = a6.fma(b0, c6v0);
            FloatVector a7 = FloatVector.broadcast(F, a[ao + k * 9 + 7]);
            c7v0 = a7.fma(b0, c7v0);
            FloatVector a8 = FloatVector.broadcast(F, a[ao + k * 9 + 8]);
            c8v0 = a8.fma(b0, c8v0);
        }
        c0v0 = c0v0.add(FloatVector.fromArray(F, s, so));
        c1v0 = c1v0.add(FloatVector.fromArray(F, s, so + lds));
        c2v0 = c2v0.add(FloatVector.fromArray(F, s, so + 2 * lds));
        c3v0 = c3v0.add(FloatVector.fromArray(F, s, so + 3 * lds));
        c4v0 = c4v0.add(FloatVector.fromArray(F, s, so + 4 * lds));
        c5v0 = c5v0.add(FloatVector.fromArray(F, s, so + 5 * lds));
        c6v0 = c6v0.add(FloatVector.fromArray(F, s, so + 6 * lds));
        c7v0 = c7v0.add(FloatVector.fromArray(F, s, so + 7 * lds));
        c8v0 = c8v0.add(FloatVector.fromArray(F, s, so + 8 * lds));
        c0v0.intoArray(c, co);
        c1v0.intoArray(c, co + ldc);
        c2v0.intoArray(c, co + 2 * ldc);
        c3v0.intoArray(c, co + 3 * ldc);
        c4v0.intoArray(c, co + 4 * ldc);
        c5v0.intoArray(c, co + 5 * ldc);
        c6v0.intoArray(c, co + 6 * ldc);
        c7v0.intoArray(c, co + 7 * ldc);
        c8v0.intoArray(c, co + 8 * ldc);
    }

    private static void k10x1(float[] a, int ao, float[] b, int bo, int depth, float[] s, int so,
            int lds, float[] c, int co, int ldc) {
        FloatVector c0v0 = FloatVector.zero(F);
        FloatVector c1v0 = FloatVector.zero(F);
        FloatVector c2v0 = FloatVector.zero(F);
        FloatVector c3v0 = FloatVector.zero(F);
        FloatVector c4v0 = FloatVector.zero(F);
        FloatVector c5v0 = FloatVector.zero(F);
        FloatVector c6v0 = FloatVector.zero(F);
        FloatVector c7v0 = FloatVector.zero(F);
        FloatVector c8v0 = FloatVector.zero(F);
        FloatVector c9v0 = FloatVector.zero(F);
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromArray(F, b, bo + k * N);
            FloatVector a0 = FloatVector.broadcast(F, a[ao + k * 10 + 0]);
            c0v0 = a0.fma(b0, c0v0);
            FloatVector a1 = FloatVector.broadcast(F, a[ao + k * 10 + 1]);
            c1v0 = a1.fma(b0, c1v0);
            FloatVector a2 = FloatVector.broadcast(F, a[ao + k * 10 + 2]);
            c2v0 = a2.fma(b0, c2v0);
            FloatVector a3 = FloatVector.broadcast(F, a[ao + k * 10 + 3]);
            c3v0 = a3.fma(b0, c3v0);
            FloatVector a4 = FloatVector.broadcast(F, a[ao + k * 10 + 4]);
            c4v0 = a4.fma(b0, c4v0);
            FloatVector a5 = FloatVector.broadcast(F, a[ao + k * 10 + 5]);
            c5v0 = a5.fma(b0, c5v0);
            FloatVector a6 = FloatVector.broadcast(F, a[ao + k * 10 + 6]);
            c6v0 = a6.fma(b0, c6v0);
            FloatVector a7 = FloatVector.broadcast(F, a[ao + k * 10 + 7]);
            c7v0 = a7.fma(b0, c7v0);
            FloatVector a8 = FloatVector.broadcast(F, a[ao + k * 10 + 8]);
            c8v0 = a8.fma(b0, c8v0);
            FloatVector a9 = FloatVector.broadcast(F, a[ao + k * 10 + 9]);
            c9v0 = a9.fma(b0, c9v0);
        }
        c0v0 = c0v0.add(FloatVector.fromArray(F, s, so));
        c1v0 = c1v0.add(FloatVector.fromArray(F, s, so + lds));
        c2v0 = c2v0.add(FloatVector.fromArray(F, s, so + 2 * lds));
        c3v0 = c3v0.add(FloatVector.fromArray(F, s, so + 3 * lds));
        c4v0 = c4v0.add(FloatVector.fromArray(F, s, so + 4 * lds));
        c5v0 = c5v0.add(FloatVector.fromArray(F, s, so + 5 * lds));
        c6v0 = c6v0.add(FloatVector.fromArray(F, s, so + 6 * lds));
        c7v0 = c7v0.add(FloatVector.fromArray(F, s, so + 7 * lds));
        c8v0 = c8v0.add(FloatVector.fromArray(F, s, so + 8 * lds));
        c9v0 = c9v0.add(FloatVector.fromArray(F, s, so + 9 * lds));
        c0v0.intoArray(c, co);
        c1v0.intoArray(c, co + ldc);
        c2v0.intoArray(c, co + 2 * ldc);
        c3v0.intoArray(c, co + 3 * ldc);
        c4v0.intoArray(c, co + 4 * ldc);
        c5v0.intoArray(c, co + 5 * ldc);
        c6v0.intoArray(c, co + 6 * ldc);
        c7v0.intoArray(c, co + 7 * ldc);
        c8v0.intoArray(c, co + 8 * ldc);
        c9v0.intoArray(c, co + 9 * ldc);
    }

    private static void k11x1(float[] a, int ao, float[] b, int bo, int depth, float[] s, int so,
            int lds, float[] c, int co, int ldc) {
        FloatVector c0v0 = FloatVector.zero(F);
        FloatVector c1v0 = FloatVector.zero(F);
        FloatVector c2v0 = FloatVector.zero(F);
        FloatVector c3v0 = FloatVector.zero(F);
        FloatVector c4v0 = FloatVector.zero(F);
        FloatVector c5v0 = FloatVector.zero(F);
        FloatVector c6v0 = FloatVector.zero(F);
        FloatVector c7v0 = FloatVector.zero(F);
        FloatVector c8v0 = FloatVector.zero(F);
        FloatVector c9v0 = FloatVector.zero(F);
        FloatVector c10v0 = FloatVector.zero(F);
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromArray(F, b, bo + k * N);
            FloatVector a0 = FloatVector.broadcast(F, a[ao + k * 11 + 0]);
            c0v0 = a0.fma(b0, c0v0);
            FloatVector a1 = FloatVector.broadcast(F, a[ao + k * 11 + 1]);
            c1v0 = a1.fma(b0, c1v0);
            FloatVector a2 = FloatVector.broadcast(F, a[ao + k * 11 + 2]);
            c2v0 = a2.fma(b0, c2v0);
            FloatVector a3 = FloatVector.broadcast(F, a[ao + k * 11 + 3]);
            c3v0 = a3.fma(b0, c3v0);
            FloatVector a4 = FloatVector.broadcast(F, a[ao + k * 11 + 4]);
            c4v0 = a4.fma(b0, c4v0);
            FloatVector a5 = FloatVector.broadcast(F, a[ao + k * 11 + 5]);
            c5v0 = a5.fma(b0, c5v0);
            FloatVector a6 = FloatVector.broadcast(F, a[ao + k * 11 + 6]);
            c6v0 = a6.fma(b0, c6v0);
            FloatVector a7 = FloatVector.broadcast(F, a[ao + k * 11 + 7]);
            c7v0 = a7.fma(b0, c7v0);
            FloatVector a8 = FloatVector.broadcast(F, a[ao + k * 11 + 8]);
            c8v0 = a8.fma(b0, c8v0);
            FloatVector a9 = FloatVector.broadcast(F, a[ao + k * 11 + 9]);
            c9v0 = a9.fma(b0, c9v0);
            FloatVector a10 = FloatVector.broadcast(F, a[ao + k * 11 + 10]);
            c10v0 = a10.fma(b0, c10v0);
        }
        c0v0 = c0v0.add(FloatVector.fromArray(F, s, so));
        c1v0 = c1v0.add(FloatVector.fromArray(F, s, so + lds));
        c2v0 = c2v0.add(FloatVector.fromArray(F, s, so + 2 * lds));
        c3v0 = c3v0.add(FloatVector.fromArray(F, s, so + 3 * lds));
        c4v0 = c4v0.add(FloatVector.fromArray(F, s, so + 4 * lds));
        c5v0 = c5v0.add(FloatVector.fromArray(F, s, so + 5 * lds));
        c6v0 = c6v0.add(FloatVector.fromArray(F, s, so + 6 * lds));
        c7v0 = c7v0.add(FloatVector.fromArray(F, s, so + 7 * lds));
        c8v0 = c8v0.add(FloatVector.fromArray(F, s, so + 8 * lds));
        c9v0 = c9v0.add(FloatVector.fromArray(F, s, so + 9 * lds));
        c10v0 = c10v0.add(FloatVector.fromArray(F, s, so + 10 * lds));
        c0v0.intoArray(c, co);
        c1v0.intoArray(c, co + ldc);
        c2v0.intoArray(c, co + 2 * ldc);
        c3v0.intoArray(c, co + 3 * ldc);
        c4v0.intoArray(c, co + 4 * ldc);
        c5v0.intoArray(c, co + 5 * ldc);
        c6v0.intoArray(c, co + 6 * ldc);
        c7v0.intoArray(c, co + 7 * ldc);
        c8v0.intoArray(c, co + 8 * ldc);
        c9v0.intoArray(c, co + 9 * ldc);
        c10v0.intoArray(c, co + 10 * ldc);
    }

    private static void k12x1(float[] a, int ao, float[] b, int bo, int depth, float[] s, int so,
            int lds, float[] c, int co, int ldc) {
        FloatVector c0v0 = FloatVector.zero(F);
        FloatVector c1v0 = FloatVector.zero(F);
        FloatVector c2v0 = FloatVector.zero(F);
        FloatVector c3v0 = FloatVector.zero(F);
        FloatVector c4v0 = FloatVector.zero(F);
        FloatVector c5v0 = FloatVector.zero(F);
        FloatVector c6v0 = FloatVector.zero(F);
        FloatVector c7v0 = FloatVector.zero(F);
        FloatVector c8v0 = FloatVector.zero(F);
        FloatVector c9v0 = FloatVector.zero(F);
        FloatVector c10v0 = FloatVector.zero(F);
        FloatVector c11v0 = FloatVector.zero(F);
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromArray(F, b, bo + k * N);
            FloatVector a0 = FloatVector.broadcast(F, a[ao + k * 12 + 0]);
            c0v0 = a0.fma(b0, c0v0);
            FloatVector a1 = FloatVector.broadcast(F, a[ao + k * 12 + 1]);
            c1v0 = a1.fma(b0, c1v0);
            FloatVector a2 = FloatVector.broadcast(F, a[ao + k * 12 + 2]);
            c2v0 = a2.fma(b0, c2v0);
            FloatVector a3 = FloatVector.broadcast(F, a[ao + k * 12 + 3]);
            c3v0 = a3.fma(b0, c3v0);
            FloatVector a4 = FloatVector.broadcast(F, a[ao + k * 12 + 4]);
            c4v0 = a4.fma(b0, c4v0);
            FloatVector a5 = FloatVector.broadcast(F, a[ao + k * 12 + 5]);
            c5v0 = a5.fma(b0, c5v0);
            FloatVector a6 = FloatVector.broadcast(F, a[ao + k * 12 + 6]);
            c6v0 = a6.fma(b0, c6v0);
            FloatVector a7 = FloatVector.broadcast(F, a[ao + k * 12 + 7]);
            c7v0 = a7.fma(b0, c7v0);
            FloatVector a8 = FloatVector.broadcast(F, a[ao + k * 12 + 8]);
            c8v0 = a8.fma(b0, c8v0);
            FloatVector a9 = FloatVector.broadcast(F, a[ao + k * 12 + 9]);
            c9v0 = a9.fma(b0, c9v0);
            FloatVector a10 = FloatVector.broadcast(F, a[ao + k * 12 + 10]);
            c10v0 = a10.fma(b0, c10v0);
            FloatVector a11 = FloatVector.broadcast(F, a[ao + k * 12 + 11]);
            c11v0 = a11.fma(b0, c11v0);
        }
        c0v0 = c0v0.add(FloatVector.fromArray(F, s, so));
        c1v0 = c1v0.add(FloatVector.fromArray(F, s, so + lds));
        c2v0 = c2v0.add(FloatVector.fromArray(F, s, so + 2 * lds));
        c3v0 = c3v0.add(FloatVector.fromArray(F, s, so + 3 * lds));
        c4v0 = c4v0.add(FloatVector.fromArray(F, s, so + 4 * lds));
        c5v0 = c5v0.add(FloatVector.fromArray(F, s, so + 5 * lds));
        c6v0 = c6v0.add(FloatVector.fromArray(F, s, so + 6 * lds));
        c7v0 = c7v0.add(FloatVector.fromArray(F, s, so + 7 * lds));
        c8v0 = c8v0.add(FloatVector.fromArray(F, s, so + 8 * lds));
        c9v0 = c9v0.add(FloatVector.fromArray(F, s, so + 9 * lds));
        c10v0 = c10v0.add(FloatVector.fromArray(F, s, so + 10 * lds));
        c11v0 = c11v0.add(FloatVector.fromArray(F, s, so + 11 * lds));
        c0v0.intoArray(c, co);
        c1v0.intoArray(c, co + ldc);
        c2v0.intoArray(c, co + 2 * ldc);
        c3v0.intoArray(c, co + 3 * ldc);
        c4v0.intoArray(c, co + 4 * ldc);
        c5v0.intoArray(c, co + 5 * ldc);
        c6v0.intoArray(c, co + 6 * ldc);
        c7v0.intoArray(c, co + 7 * ldc);
        c8v0.intoArray(c, co + 8 * ldc);
        c9v0.intoArray(c, co + 9 * ldc);
        c10v0.intoArray(c, co + 10 * ldc);
        c11v0.intoArray(c, co + 11 * ldc);
    }

    private static void k13x1(float[] a, int ao, float[] b, int bo, int depth, float[] s, int so,
            int lds, float[] c, int co, int ldc) {
        FloatVector c0v0 = FloatVector.zero(F);
        FloatVector c1v0 = FloatVector.zero(F);
        FloatVector c2v0 = FloatVector.zero(F);
        FloatVector c3v0 = FloatVector.zero(F);
        FloatVector c4v0 = FloatVector.zero(F);
        FloatVector c5v0 = FloatVector.zero(F);
        FloatVector c6v0 = FloatVector.zero(F);
        FloatVector c7v0 = FloatVector.zero(F);
        FloatVector c8v0 = FloatVector.zero(F);
        FloatVector c9v0 = FloatVector.zero(F);
        FloatVector c10v0 = FloatVector.zero(F);
        FloatVector c11v0 = FloatVector.zero(F);
        FloatVector c12v0 = FloatVector.zero(F);
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromArray(F, b, bo + k * N);
            FloatVector a0 = FloatVector.broadcast(F, a[ao + k * 13 + 0]);
            c0v0 = a0.fma(b0, c0v0);
            FloatVector a1 = FloatVector.broadcast(F, a[ao + k * 13 + 1]);
            c1v0 = a1.fma(b0, c1v0);
            FloatVector a2 = FloatVector.broadcast(F, a[ao + k * 13 + 2]);
            c2v0 = a2.fma(b0, c2v0);
            FloatVector a3 = FloatVector.broadcast(F, a[ao + k * 13 + 3]);
            c3v0 = a3.fma(b0, c3v0);
            FloatVector a4 = FloatVector.broadcast(F, a[ao + k * 13 + 4]);
            c4v0 = a4.fma(b0, c4v0);
            FloatVector a5 = FloatVector.broadcast(F, a[ao + k * 13 + 5]);
            c5v0 = a5.fma(b0, c5v0);
            FloatVector a6 = FloatVector.broadcast(F, a[ao + k * 13 + 6]);
            c6v0 = a6.fma(b0, c6v0);
            FloatVector a7 = FloatVector.broadcast(F, a[ao + k * 13 + 7]);
            c7v0 = a7.fma(b0, c7v0);
            FloatVector a8 = FloatVector.broadcast(F, a[ao + k * 13 + 8]);
            c8v0 = a8.fma(b0, c8v0);
            FloatVector a9 = FloatVector.broadcast(F, a[ao + k * 13 + 9]);
            c9v0 = a9.fma(b0, c9v0);
            FloatVector a10 = FloatVector.broadcast(F, a[ao + k * 13 + 10]);
            c10v0 = a10.fma(b0, c10v0);
            FloatVector a11 = FloatVector.broadcast(F, a[ao + k * 13 + 11]);
            c11v0 = a11.fma(b0, c11v0);
            FloatVector a12 = FloatVector.broadcast(F, a[ao + k * 13 + 12]);
            c12v0 = a12.fma(b0, c12v0);
        }
        c0v0 = c0v0.add(FloatVector.fromArray(F, s, so));
        c1v0 = c1v0.add(FloatVector.fromArray(F, s, so + lds));
        c2v0 = c2v0.add(FloatVector.fromArray(F, s, so + 2 * lds));
        c3v0 = c3v0.add(FloatVector.fromArray(F, s, so + 3 * lds));
        c4v0 = c4v0.add(FloatVector.fromArray(F, s, so + 4 * lds));
        c5v0 = c5v0.add(FloatVector.fromArray(F, s, so + 5 * lds));
        c6v0 = c6v0.add(FloatVector.fromArray(F, s, so + 6 * lds));
        c7v0 = c7v0.add(FloatVector.fromArray(F, s, so + 7 * lds));
        c8v0 = c8v0.add(FloatVector.fromArray(F, s, so + 8 * lds));
        c9v0 = c9v0.add(FloatVector.fromArray(F, s, so + 9 * lds));
        c10v0 = c10v0.add(FloatVector.fromArray(F, s, so + 10 * lds));
        c11v0 = c11v0.add(FloatVector.fromArray(F, s, so + 11 * lds));
        c12v0 = c12v0.add(FloatVector.fromArray(F, s, so + 12 * lds));
        c0v0.intoArray(c, co);
        c1v0.intoArray(c, co + ldc);
        c2v0.intoArray(c, co + 2 * ldc);
        c3v0.intoArray(c, co + 3 * ldc);
        c4v0.intoArray(c, co + 4 * ldc);
        c5v0.intoArray(c, co + 5 * ldc);
        c6v0.intoArray(c, co + 6 * ldc);
        c7v0.intoArray(c, co + 7 * ldc);
        c8v0.intoArray(c, co + 8 * ldc);
        c9v0.intoArray(c, co + 9 * ldc);
        c10v0.intoArray(c, co + 10 * ldc);
        c11v0.intoArray(c, co + 11 * ldc);
        c12v0.intoArray(c, co + 12 * ldc);
    }

    private static void k14x1(float[] a, int ao, float[] b, int bo, int depth, float[] s, int so,
            int lds, float[] c, int co, int ldc) {
        FloatVector c0v0 = FloatVector.zero(F);
        FloatVector c1v0 = FloatVector.zero(F);
        FloatVector c2v0 = FloatVector.zero(F);
        FloatVector c3v0 = FloatVector.zero(F);
        FloatVector c4v0 = FloatVector.zero(F);
        FloatVector c5v0 = FloatVector.zero(F);
        FloatVector c6v0 = FloatVector.zero(F);
        FloatVector c7v0 = FloatVector.zero(F);
        FloatVector c8v0 = FloatVector.zero(F);
        FloatVector c9v0 = FloatVector.zero(F);
        FloatVector c10v0 = FloatVector.zero(F);
        FloatVector c11v0 = FloatVector.zero(F);
        FloatVector c12v0 = FloatVector.zero(F);
        FloatVector c13v0 = FloatVector.zero(F);
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromArray(F, b, bo + k * N);
            FloatVector a0 = FloatVector.broadcast(F, a[ao + k * 14 + 0]);
            c0v0 = a0.fma(b0, c0v0);
            FloatVector a1 = FloatVector.broadcast(F, a[ao + k * 14 + 1]);
            c1v0 = a1.fma(b0, c1v0);
            FloatVector a2 = FloatVector.broadcast(F, a[ao + k * 14 + 2]);
            c2v0 = a2.fma(b0, c2v0);
            FloatVector a3 = FloatVector.broadcast(F, a[ao + k * 14 + 3]);
            c3v0 = a3.fma(b0, c3v0);
            FloatVector a4 = FloatVector.broadcast(F, a[ao + k * 14 + 4]);
            c4v0 = a4.fma(b0, c4v0);
            FloatVector a5 = FloatVector.broadcast(F, a[ao + k * 14 + 5]);
            c5v0 = a5.fma(b0, c5v0);
            FloatVector a6 = FloatVector.broadcast(F, a[ao + k * 14 + 6]);
            c6v0 = a6.fma(b0, c6v0);
            FloatVector a7 = FloatVector.broadcast(F, a[ao + k * 14 + 7]);
            c7v0 = a7.fma(b0, c7v0);
            FloatVector a8 = FloatVector.broadcast(F, a[ao + k * 14 + 8]);
            c8v0 = a8.fma(b0, c8v0);
            FloatVector a9 = FloatVector.broadcast(F, a[ao + k * 14 + 9]);
            c9v0 = a9.fma(b0, c9v0);
            FloatVector a10 = FloatVector.broadcast(F, a[ao + k * 14 + 10]);
            c10v0 = a10.fma(b0, c10v0);
            FloatVector a11 = FloatVector.broadcast(F, a[ao + k * 14 + 11]);
            c11v0 = a11.fma(b0, c11v0);
            FloatVector a12 = FloatVector.broadcast(F, a[ao + k * 14 + 12]);
            c12v0 = a12.fma(b0, c12v0);
            FloatVector a13 = FloatVector.broadcast(F, a[ao + k * 14 + 13]);
            c13v0 = a13.fma(b0, c13v0);
        }
        c0v0 = c0v0.add(FloatVector.fromArray(F, s, so));
        c1v0 = c1v0.add(FloatVector.fromArray(F, s, so + lds));
        c2v0 = c2v0.add(FloatVector.fromArray(F, s, so + 2 * lds));
        c3v0 = c3v0.add(FloatVector.fromArray(F, s, so + 3 * lds));
        c4v0 = c4v0.add(FloatVector.fromArray(F, s, so + 4 * lds));
        c5v0 = c5v0.add(FloatVector.fromArray(F, s, so + 5 * lds));
        c6v0 = c6v0.add(FloatVector.fromArray(F, s, so + 6 * lds));
        c7v0 = c7v0.add(FloatVector.fromArray(F, s, so + 7 * lds));
        c8v0 = c8v0.add(FloatVector.fromArray(F, s, so + 8 * lds));
        c9v0 = c9v0.add(FloatVector.fromArray(F, s, so + 9 * lds));
        c10v0 = c10v0.add(FloatVector.fromArray(F, s, so + 10 * lds));
        c11v0 = c11v0.add(FloatVector.fromArray(F, s, so + 11 * lds));
        c12v0 = c12v0.add(FloatVector.fromArray(F, s, so + 12 * lds));
        c13v0 = c13v0.add(FloatVector.fromArray(F, s, so + 13 * lds));
        c0v0.intoArray(c, co);
        c1v0.intoArray(c, co + ldc);
        c2v0.intoArray(c, co + 2 * ldc);
        c3v0.intoArray(c, co + 3 * ldc);
        c4v0.intoArray(c, co + 4 * ldc);
        c5v0.intoArray(c, co + 5 * ldc);
        c6v0.intoArray(c, co + 6 * ldc);
        c7v0.intoArray(c, co + 7 * ldc);
        c8v0.intoArray(c, co + 8 * ldc);
        c9v0.intoArray(c, co + 9 * ldc);
        c10v0.intoArray(c, co + 10 * ldc);
        c11v0.intoArray(c, co + 11 * ldc);
        c12v0.intoArray(c, co + 12 * ldc);
        c13v0.intoArray(c, co + 13 * ldc);
    }

    private static void k1x2(float[] a, int ao, float[] b, int bo, int depth, float[] s, int so,
            int lds, float[] c, int co, int ldc) {
        FloatVector c0v0 = FloatVector.zero(F);
        FloatVector c0v1 = FloatVector.zero(F);
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromArray(F, b, bo + k * N);
            FloatVector b1 = FloatVector.fromArray(F, b, bo + k * N + L);
            FloatVector a0 = FloatVector.broadcast(F, a[ao + k * 1 + 0]);
            c0v0 = a0.fma(b0, c0v0);
            c0v1 = a0.fma(b1, c0v1);
        }
        c0v0 = c0v0.add(FloatVector.fromArray(F, s, so));
        c0v1 = c0v1.add(FloatVector.fromArray(F, s, so + L));
        c0v0.intoArray(c, co);
        c0v1.intoArray(c, co + L);
    }

    private static void k2x2(float[] a, int ao, float[] b, int bo, int depth, float[] s, int so,
            int lds, float[] c, int co, int ldc) {
        FloatVector c0v0 = FloatVector.zero(F);
        FloatVector c0v1 = FloatVector.zero(F);
        FloatVector c1v0 = FloatVector.zero(F);
        FloatVector c1v1 = FloatVector.zero(F);
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromArray(F, b, bo + k * N);
            FloatVector b1 = FloatVector.fromArray(F, b, bo + k * N + L);
            FloatVector a0 = FloatVector.broadcast(F, a[ao + k * 2 + 0]);
            c0v0 = a0.fma(b0, c0v0);
            c0v1 = a0.fma(b1, c0v1);
            FloatVector a1 = FloatVector.broadcast(F, a[ao + k * 2 + 1]);
            c1v0 = a1.fma(b0, c1v0);
            c1v1 = a1.fma(b1, c1v1);
        }
        c0v0 = c0v0.add(FloatVector.fromArray(F, s, so));
        c0v1 = c0v1.add(FloatVector.fromArray(F, s, so + L));
        c1v0 = c1v0.add(FloatVector.fromArray(F, s, so + lds));
        c1v1 = c1v1.add(FloatVector.fromArray(F, s, so + lds + L));
        c0v0.intoArray(c, co);
        c0v1.intoArray(c, co + L);
        c1v0.intoArray(c, co + ldc);
        c1v1.intoArray(c, co + ldc + L);
    }

    private static void k3x2(float[] a, int ao, float[] b, int bo, int depth, float[] s, int so,
            int lds, float[] c, int co, int ldc) {
        FloatVector c0v0 = FloatVector.zero(F);
        FloatVector c0v1 = FloatVector.zero(F);
        FloatVector c1v0 = FloatVector.zero(F);
        FloatVector c1v1 = FloatVector.zero(F);
        FloatVector c2v0 = FloatVector.zero(F);
        FloatVector c2v1 = FloatVector.zero(F);
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromArray(F, b, bo + k * N);
            FloatVector b1 = FloatVector.fromArray(F, b, bo + k * N + L);
            FloatVector a0 = FloatVector.broadcast(F, a[ao + k * 3 + 0]);
            c0v0 = a0.fma(b0, c0v0);
            c0v1 = a0.fma(b1, c0v1);
            FloatVector a1 = FloatVector.broadcast(F, a[ao + k * 3 + 1]);
            c1v0 = a1.fma(b0, c1v0);
            c1v1 = a1.fma(b1, c1v1);
            FloatVector a2 = FloatVector.broadcast(F, a[ao + k * 3 + 2]);
            c2v0 = a2.fma(b0, c2v0);
            c2v1 = a2.fma(b1, c2v1);
        }
        c0v0 = c0v0.add(FloatVector.fromArray(F, s, so));
        c0v1 = c0v1.add(FloatVector.fromArray(F, s, so + L));
        c1v0 = c1v0.add(FloatVector.fromArray(F, s, so + lds));
        c1v1 = c1v1.add(FloatVector.fromArray(F, s, so + lds + L));
        c2v0 = c2v0.add(FloatVector.fromArray(F, s, so + 2 * lds));
        c2v1 = c2v1.add(FloatVector.fromArray(F, s, so + 2 * lds + L));
        c0v0.intoArray(c, co);
        c0v1.intoArray(c, co + L);
        c1v0.intoArray(c, co + ldc);
        c1v1.intoArray(c, co + ldc + L);
        c2v0.intoArray(c, co + 2 * ldc);
        c2v1.intoArray(c, co + 2 * ldc + L);
    }

    private static void k4x2(float[] a, int ao, float[] b, int bo, int depth, float[] s, int so,
            int lds, float[] c, int co, int ldc) {
        FloatVector c0v0 = FloatVector.zero(F);
        FloatVector c0v1 = FloatVector.zero(F);
        FloatVector c1v0 = FloatVector.zero(F);
        FloatVector c1v1 = FloatVector.zero(F);
        FloatVector c2v0 = FloatVector.zero(F);
        FloatVector c2v1 = FloatVector.zero(F);
        FloatVector c3v0 = FloatVector.zero(F);
        FloatVector c3v1 = FloatVector.zero(F);
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromArray(F, b, bo + k * N);
            FloatVector b1 = FloatVector.fromArray(F, b, bo + k * N + L);
            FloatVector a0 = FloatVector.broadcast(F, a[ao + k * 4 + 0]);
            c0v0 = a0.fma(b0, c0v0);
            c0v1 = a0.fma(b1, c0v1);
            FloatVector a1 = FloatVector.broadcast(F, a[ao + k * 4 + 1]);
            c1v0 = a1.fma(b0, c1v0);
            c1v1 = a1.fma(b1, c1v1);
            FloatVector a2 = FloatVector.broadcast(F, a[ao + k * 4 + 2]);
            c2v0 = a2.fma(b0, c2v0);
            c2v1 = a2.fma(b1, c2v1);
            FloatVector a3 = FloatVector.broadcast(F, a[ao + k * 4 + 3]);
            c3v0 = a3.fma(b0, c3v0);
            c3v1 = a3.fma(b1, c3v1);
        }
        c0v0 = c0v0.add(FloatVector.fromArray(F, s, so));
        c0v1 = c0v1.add(FloatVector.fromArray(F, s, so + L));
        c1v0 = c1v0.add(FloatVector.fromArray(F, s, so + lds));
        c1v1 = c1v1.add(FloatVector.fromArray(F, s, so + lds + L));
        c2v0 = c2v0.add(FloatVector.fromArray(F, s, so + 2 * lds));
        c2v1 = c2v1.add(FloatVector.fromArray(F, s, so + 2 * lds + L));
        c3v0 = c3v0.add(FloatVector.fromArray(F, s, so + 3 * lds));
        c3v1 = c3v1.add(FloatVector.fromArray(F, s, so + 3 * lds + L));
        c0v0.intoArray(c, co);
        c0v1.intoArray(c, co + L);
        c1v0.intoArray(c, co + ldc);
        c1v1.intoArray(c, co + ldc + L);
        c2v0.intoArray(c, co + 2 * ldc);
        c2v1.intoArray(c, co + 2 * ldc + L);
        c3v0.intoArray(c, co + 3 * ldc);
        c3v1.intoArray(c, co + 3 * ldc + L);
    }

    private static void k5x2(float[] a, int ao, float[] b, int bo, int depth, float[] s, int so,
            int lds, float[] c, int co, int ldc) {
        FloatVector c0v0 = FloatVector.zero(F);
        FloatVector c0v1 = FloatVector.zero(F);
        FloatVector c1v0 = FloatVector.zero(F);
        FloatVector c1v1 = FloatVector.zero(F);
        FloatVector c2v0 = FloatVector.zero(F);
        FloatVector c2v1 = FloatVector.zero(F);
        FloatVector c3v0 = FloatVector.zero(F);
        FloatVector c3v1 = FloatVector.zero(F);
        FloatVector c4v0 = FloatVector.zero(F);
        FloatVector c4v1 = FloatVector.zero(F);
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromArray(F, b, bo + k * N);
            FloatVector b1 = FloatVector.fromArray(F, b, bo + k * N + L);
            FloatVector a0 = FloatVector.broadcast(F, a[ao + k * 5 + 0]);
            c0v0 = a0.fma(b0, c0v0);
            c0v1 = a0.fma(b1, c0v1);
            FloatVector a1 = FloatVector.broadcast(F, a[ao + k * 5 + 1]);
            c1v0 = a1.fma(b0, c1v0);
            c1v1 = a1.fma(b1, c1v1);
            FloatVector a2 = FloatVector.broadcast(F, a[ao + k * 5 + 2]);
            c2v0 = a2.fma(b0, c2v0);
            c2v1 = a2.fma(b1, c2v1);
            FloatVector a3 = FloatVector.broadcast(F, a[ao + k * 5 + 3]);
            c3v0 = a3.fma(b0, c3v0);
            c3v1 = a3.fma(b1, c3v1);
            FloatVector a4 = FloatVector.broadcast(F, a[ao + k * 5 + 4]);
            c4v0 = a4.fma(b0, c4v0);
            c4v1 = a4.fma(b1, c4v1);
        }
        c0v0 = c0v0.add(FloatVector.fromArray(F, s, so));
        c0v1 = c0v1.add(FloatVector.fromArray(F, s, so + L));
        c1v0 = c1v0.add(FloatVector.fromArray(F, s, so + lds));
        c1v1 = c1v1.add(FloatVector.fromArray(F, s, so + lds + L));
        c2v0 = c2v0.add(FloatVector.fromArray(F, s, so + 2 * lds));
        c2v1 = c2v1.add(FloatVector.fromArray(F, s, so + 2 * lds + L));
        c3v0 = c3v0.add(FloatVector.fromArray(F, s, so + 3 * lds));
        c3v1 = c3v1.add(FloatVector.fromArray(F, s, so + 3 * lds + L));
        c4v0 = c4v0.add(FloatVector.fromArray(F, s, so + 4 * lds));
        c4v1 = c4v1.add(FloatVector.fromArray(F, s, so + 4 * lds + L));
        c0v0.intoArray(c, co);
        c0v1.intoArray(c, co + L);
        c1v0.intoArray(c, co + ldc);
        c1v1.intoArray(c, co + ldc + L);
        c2v0.intoArray(c, co + 2 * ldc);
        c2v1.intoArray(c, co + 2 * ldc + L);
        c3v0.intoArray(c, co + 3 * ldc);
        c3v1.intoArray(c, co + 3 * ldc + L);
        c4v0.intoArray(c, co + 4 * ldc);
        c4v1.intoArray(c, co + 4 * ldc + L);
    }

    private static void k6x2(float[] a, int ao, float[] b, int bo, int depth, float[] s, int so,
            int lds, float[] c, int co, int ldc) {
        FloatVector c0v0 = FloatVector.zero(F);
        FloatVector c0v1 = FloatVector.zero(F);
        FloatVector c1v0 = FloatVector.zero(F);
        FloatVector c1v1 = FloatVector.zero(F);
        FloatVector c2v0 = FloatVector.zero(F);
        FloatVector c2v1 = FloatVector.zero(F);
        FloatVector c3v0 = FloatVector.zero(F);
        FloatVector c3v1 = FloatVector.zero(F);
        FloatVector c4v0 = FloatVector.zero(F);
        FloatVector c4v1 = FloatVector.zero(F);
        FloatVector c5v0 = FloatVector.zero(F);
        FloatVector c5v1 = FloatVector.zero(F);
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromArray(F, b, bo + k * N);
            FloatVector b1 = FloatVector.fromArray(F, b, bo + k * N + L);
            FloatVector a0 = FloatVector.broadcast(F, a[ao + k * 6 + 0]);
            c0v0 = a0.fma(b0, c0v0);
            c0v1 = a0.fma(b1, c0v1);
            FloatVector a1 = FloatVector.broadcast(F, a[ao + k * 6 + 1]);
            c1v0 = a1.fma(b0, c1v0);
            c1v1 = a1.fma(b1, c1v1);
            FloatVector a2 = FloatVector.broadcast(F, a[ao + k * 6 + 2]);
            c2v0 = a2.fma(b0, c2v0);
            c2v1 = a2.fma(b1, c2v1);
            FloatVector a3 = FloatVector.broadcast(F, a[ao + k * 6 + 3]);
            c3v0 = a3.fma(b0, c3v0);
            c3v1 = a3.fma(b1, c3v1);
            FloatVector a4 = FloatVector.broadcast(F, a[ao + k * 6 + 4]);
            c4v0 = a4.fma(b0, c4v0);
            c4v1 = a4.fma(b1, c4v1);
            FloatVector a5 = FloatVector.broadcast(F, a[ao + k * 6 + 5]);
            c5v0 = a5.fma(b0, c5v0);
            c5v1 = a5.fma(b1, c5v1);
        }
        c0v0 = c0v0.add(FloatVector.fromArray(F, s, so));
        c0v1 = c0v1.add(FloatVector.fromArray(F, s, so + L));
        c1v0 = c1v0.add(FloatVector.fromArray(F, s, so + lds));
        c1v1 = c1v1.add(FloatVector.fromArray(F, s, so + lds + L));
        c2v0 = c2v0.add(FloatVector.fromArray(F, s, so + 2 * lds));
        c2v1 = c2v1.add(FloatVector.fromArray(F, s, so + 2 * lds + L));
        c3v0 = c3v0.add(FloatVector.fromArray(F, s, so + 3 * lds));
        c3v1 = c3v1.add(FloatVector.fromArray(F, s, so + 3 * lds + L));
        c4v0 = c4v0.add(FloatVector.fromArray(F, s, so + 4 * lds));
        c4v1 = c4v1.add(FloatVector.fromArray(F, s, so + 4 * lds + L));
        c5v0 = c5v0.add(FloatVector.fromArray(F, s, so + 5 * lds));
        c5v1 = c5v1.add(FloatVector.fromArray(F, s, so + 5 * lds + L));
        c0v0.intoArray(c, co);
        c0v1.intoArray(c, co + L);
        c1v0.intoArray(c, co + ldc);
        c1v1.intoArray(c, co + ldc + L);
        c2v0.intoArray(c, co + 2 * ldc);
        c2v1.intoArray(c, co + 2 * ldc + L);
        c3v0.intoArray(c, co + 3 * ldc);
        c3v1.intoArray(c, co + 3 * ldc + L);
        c4v0.intoArray(c, co + 4 * ldc);
        c4v1.intoArray(c, co + 4 * ldc + L);
        c5v0.intoArray(c, co + 5 * ldc);
        c5v1.intoArray(c, co + 5 * ldc + L);
    }

    private static void k7x2(float[] a, int ao, float[] b, int bo, int depth, float[] s, int so,
            int lds, float[] c, int co, int ldc) {
        FloatVector c0v0 = FloatVector.zero(F);
        FloatVector c0v1 = FloatVector.zero(F);
        FloatVector c1v0 = FloatVector.zero(F);
        FloatVector c1v1 = FloatVector.zero(F);
        FloatVector c2v0 = FloatVector.zero(F);
        FloatVector c2v1 = FloatVector.zero(F);
        FloatVector c3v0 = FloatVector.zero(F);
        FloatVector c3v1 = FloatVector.zero(F);
        FloatVector c4v0 = FloatVector.zero(F);
        FloatVector c4v1 = FloatVector.zero(F);
        FloatVector c5v0 = FloatVector.zero(F);
        FloatVector c5v1 = FloatVector.zero(F);
        FloatVector c6v0 = FloatVector.zero(F);
        FloatVector c6v1 = FloatVector.zero(F);
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromArray(F, b, bo + k * N);
            FloatVector b1 = FloatVector.fromArray(F, b, bo + k * N + L);
            FloatVector a0 = FloatVector.broadcast(F, a[ao + k * 7 + 0]);
            c0v0 = a0.fma(b0, c0v0);
            c0v1 = a0.fma(b1, c0v1);
            FloatVector a1 = FloatVector.broadcast(F, a[ao + k * 7 + 1]);
            c1v0 = a1.fma(b0, c1v0);
            c1v1 = a1.fma(b1, c1v1);
            FloatVector a2 = FloatVector.broadcast(F, a[ao + k * 7 + 2]);
            c2v0 = a2.fma(b0, c2v0);
            c2v1 = a2.fma(b1, c2v1);
            FloatVector a3 = FloatVector.broadcast(F, a[ao + k * 7 + 3]);
            c3v0 = a3.fma(b0, c3v0);
            c3v1 = a3.fma(b1, c3v1);
            FloatVector a4 = FloatVector.broadcast(F, a[ao + k * 7 + 4]);
            c4v0 = a4.fma(b0, c4v0);
            c4v1 = a4.fma(b1, c4v1);
            FloatVector a5 = FloatVector.broadcast(F, a[ao + k * 7 + 5]);
            c5v0 = a5.fma(b0, c5v0);
            c5v1 = a5.fma(b1, c5v1);
            FloatVector a6 = FloatVector.broadcast(F, a[ao + k * 7 + 6]);
            c6v0 = a6.fma(b0, c6v0);
            c6v1 = a6.fma(b1, c6v1);
        }
        c0v0 = c0v0.add(FloatVector.fromArray(F, s, so));
        c0v1 = c0v1.add(FloatVector.fromArray(F, s, so + L));
        c1v0 = c1v0.add(FloatVector.fromArray(F, s, so + lds));
        c1v1 = c1v1.add(FloatVector.fromArray(F, s, so + lds + L));
        c2v0 = c2v0.add(FloatVector.fromArray(F, s, so + 2 * lds));
        c2v1 = c2v1.add(FloatVector.fromArray(F, s, so + 2 * lds + L));
        c3v0 = c3v0.add(FloatVector.fromArray(F, s, so + 3 * lds));
        c3v1 = c3v1.add(FloatVector.fromArray(F, s, so + 3 * lds + L));
        c4v0 = c4v0.add(FloatVector.fromArray(F, s, so + 4 * lds));
        c4v1 = c4v1.add(FloatVector.fromArray(F, s, so + 4 * lds + L));
        c5v0 = c5v0.add(FloatVector.fromArray(F, s, so + 5 * lds));
        c5v1 = c5v1.add(FloatVector.fromArray(F, s, so + 5 * lds + L));
        c6v0 = c6v0.add(FloatVector.fromArray(F, s, so + 6 * lds));
        c6v1 = c6v1.add(FloatVector.fromArray(F, s, so + 6 * lds + L));
        c0v0.intoArray(c, co);
        c0v1.intoArray(c, co + L);
        c1v0.intoArray(c, co + ldc);
        c1v1.intoArray(c, co + ldc + L);
        c2v0.intoArray(c, co + 2 * ldc);
        c2v1.intoArray(c, co + 2 * ldc + L);
        c3v0.intoArray(c, co + 3 * ldc);
        c3v1.intoArray(c, co + 3 * ldc + L);
        c4v0.intoArray(c, co + 4 * ldc);
        c4v1.intoArray(c, co + 4 * ldc + L);
        c5v0.intoArray(c, co + 5 * ldc);
        c5v1.intoArray(c, co + 5 * ldc + L);
        c6v0.intoArray(c, co + 6 * ldc);
        c6v1.intoArray(c, co + 6 * ldc + L);
    }

    private static void k8x2(float[] a, int ao, float[] b, int bo, int depth, float[] s, int so,
            int lds, float[] c, int co, int ldc) {
        FloatVector c0v0 = FloatVector.zero(F);
        FloatVector c0v1 = FloatVector.zero(F);
        FloatVector c1v0 = FloatVector.zero(F);
        FloatVector c1v1 = FloatVector.zero(F);
        FloatVector c2v0 = FloatVector.zero(F);
        FloatVector c2v1 = FloatVector.zero(F);
        FloatVector c3v0 = FloatVector.zero(F);
        FloatVector c3v1 = FloatVector.zero(F);
        FloatVector c4v0 = FloatVector.zero(F);
        FloatVector c4v1 = FloatVector.zero(F);
        FloatVector c5v0 = FloatVector.zero(F);
        FloatVector c5v1 = FloatVector.zero(F);
        FloatVector c6v0 = FloatVector.zero(F);
        FloatVector c6v1 = FloatVector.zero(F);
        FloatVector c7v0 = FloatVector.zero(F);
        FloatVector c7v1 = FloatVector.zero(F);
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromArray(F, b, bo + k * N);
            FloatVector b1 = FloatVector.fromArray(F, b, bo + k * N + L);
            FloatVector a0 = FloatVector.broadcast(F, a[ao + k * 8 + 0]);
            c0v0 = a0.fma(b0, c0v0);
            c0v1 = a0.fma(b1, c0v1);
            FloatVector a1 = FloatVector.broadcast(F, a[ao + k * 8 + 1]);
            c1v0 = a1.fma(b0, c1v0);
            c1v1 = a1.fma(b1, c1v1);
            FloatVector a2 = FloatVector.broadcast(F, a[ao + k * 8 + 2]);
            c2v0 = a2.fma(b0, c2v0);
            c2v1 = a2.fma(b1, c2v1);
            FloatVector a3 = FloatVector.broadcast(F, a[ao + k * 8 + 3]);
            c3v0 = a3.fma(b0, c3v0);
            c3v1 = a3.fma(b1, c3v1);
            FloatVector a4 = FloatVector.broadcast(F, a[ao + k * 8 + 4]);
            c4v0 = a4.fma(b0, c4v0);
            c4v1 = a4.fma(b1, c4v1);
            FloatVector a5 = FloatVector.broadcast(F, a[ao + k * 8 + 5]);
            c5v0 = a5.fma(b0, c5v0);
            c5v1 = a5.fma(b1, c5v1);
            FloatVector a6 = FloatVector.broadcast(F, a[ao + k * 8 + 6]);
            c6v0 = a6.fma(b0, c6v0);
            c6v1 = a6.fma(b1, c6v1);
            FloatVector a7 = FloatVector.broadcast(F, a[ao + k * 8 + 7]);
            c7v0 = a7.fma(b0, c7v0);
            c7v1 = a7.fma(b1, c7v1);
        }
        c0v0 = c0v0.add(FloatVector.fromArray(F, s, so));
        c0v1 = c0v1.add(FloatVector.fromArray(F, s, so + L));
        c1v0 = c1v0.add(FloatVector.fromArray(F, s, so + lds));
        c1v1 = c1v1.add(FloatVector.fromArray(F, s, so + lds + L));
        c2v0 = c2v0.add(FloatVector.fromArray(F, s, so + 2 * lds));
        c2v1 = c2v1.add(FloatVector.fromArray(F, s, so + 2 * lds + L));
        c3v0 = c3v0.add(FloatVector.fromArray(F, s, so + 3 * lds));
        c3v1 = c3v1.add(FloatVector.fromArray(F, s, so + 3 * lds + L));
        c4v0 = c4v0.add(FloatVector.fromArray(F, s, so + 4 * lds));
        c4v1 = c4v1.add(FloatVector.fromArray(F, s, so + 4 * lds + L));
        c5v0 = c5v0.add(FloatVector.fromArray(F, s, so + 5 * lds));
        c5v1 = c5v1.add(FloatVector.fromArray(F, s, so + 5 * lds + L));
        c6v0 = c6v0.add(FloatVector.fromArray(F, s, so + 6 * lds));
        c6v1 = c6v1.add(FloatVector.fromArray(F, s, so + 6 * lds + L));
        c7v0 = c7v0.add(FloatVector.fromArray(F, s, so + 7 * lds));
        c7v1 = c7v1.add(FloatVector.fromArray(F, s, so + 7 * lds + L));
        c0v0.intoArray(c, co);
        c0v1.intoArray(c, co + L);
        c1v0.intoArray(c, co + ldc);
        c1v1.intoArray(c, co + ldc + L);
        c2v0.intoArray(c, co + 2 * ldc);
        c2v1.intoArray(c, co + 2 * ldc + L);
        c3v0.intoArray(c, co + 3 * ldc);
        c3v1.intoArray(c, co + 3 * ldc + L);
        c4v0.intoArray(c, co + 4 * ldc);
        c4v1.intoArray(c, co + 4 * ldc + L);
        c5v0.intoArray(c, co + 5 * ldc);
        c5v1.intoArray(c, co + 5 * ldc + L);
        c6v0.intoArray(c, co + 6 * ldc);
        c6v1.intoArray(c, co + 6 * ldc + L);
        c7v0.intoArray(c, co + 7 * ldc);
        c7v1.intoArray(c, co + 7 * ldc + L);
    }

    private static void k9x2(float[] a, int ao, float[] b, int bo, int depth, float[] s, int so,
            int lds, float[] c, int co, int ldc) {
        FloatVector c0v0 = FloatVector.zero(F);
        FloatVector c0v1 = FloatVector.zero(F);
        FloatVector c1v0 = FloatVector.zero(F);
        FloatVector c1v1 = FloatVector.zero(F);
        FloatVector c2v0 = FloatVector.zero(F);
        FloatVector c2v1 = FloatVector.zero(F);
        FloatVector c3v0 = FloatVector.zero(F);
        FloatVector c3v1 = FloatVector.zero(F);
        FloatVector c4v0 = FloatVector.zero(F);
        FloatVector c4v1 = FloatVector.zero(F);
        FloatVector c5v0 = FloatVector.zero(F);
        FloatVector c5v1 = FloatVector.zero(F);
        FloatVector c6v0 = FloatVector.zero(F);
        FloatVector c6v1 = FloatVector.zero(F);
        FloatVector c7v0 = FloatVector.zero(F);
        FloatVector c7v1 = FloatVector.zero(F);
        FloatVector c8v0 = FloatVector.zero(F);
        FloatVector c8v1 = FloatVector.zero(F);
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromArray(F, b, bo + k * N);
            FloatVector b1 = FloatVector.fromArray(F, b, bo + k * N + L);
            FloatVector a0 = FloatVector.broadcast(F, a[ao + k * 9 + 0]);
            c0v0 = a0.fma(b0, c0v0);
            c0v1 = a0.fma(b1, c0v1);
            FloatVector a1 = FloatVector.broadcast(F, a[ao + k * 9 + 1]);
            c1v0 = a1.fma(b0, c1v0);
            c1v1 = a1.fma(b1, c1v1);
            FloatVector a2 = FloatVector.broadcast(F, a[ao + k * 9 + 2]);
            c2v0 = a2.fma(b0, c2v0);
            c2v1 = a2.fma(b1, c2v1);
            FloatVector a3 = FloatVector.broadcast(F, a[ao + k * 9 + 3]);
            c3v0 = a3.fma(b0, c3v0);
            c3v1 = a3.fma(b1, c3v1);
            FloatVector a4 = FloatVector.broadcast(F, a[ao + k * 9 + 4]);
            c4v0 = a4.fma(b0, c4v0);
            c4v1 = a4.fma(b1, c4v1);
            FloatVector a5 = FloatVector.broadcast(F, a[ao + k * 9 + 5]);
            c5v0 = a5.fma(b0, c5v0);
            c5v1 = a5.fma(b1, c5v1);
            FloatVector a6 = FloatVector.broadcast(F, a[ao + k * 9 + 6]);
            c6v0 = a6.fma(b0, c6v0);
            c6v1 = a6.fma(b1, c6v1);
            FloatVector a7 = FloatVector.broadcast(F, a[ao + k * 9 + 7]);
            c7v0 = a7.fma(b0, c7v0);
            c7v1 = a7.fma(b1, c7v1);
            FloatVector a8 = FloatVector.broadcast(F, a[ao + k * 9 + 8]);
            c8v0 = a8.fma(b0, c8v0);
            c8v1 = a8.fma(b1, c8v1);
        }
        c0v0 = c0v0.add(FloatVector.fromArray(F, s, so));
        c0v1 = c0v1.add(FloatVector.fromArray(F, s, so + L));
        c1v0 = c1v0.add(FloatVector.fromArray(F, s, so + lds));
        c1v1 = c1v1.add(FloatVector.fromArray(F, s, so + lds + L));
        c2v0 = c2v0.add(FloatVector.fromArray(F, s, so + 2 * lds));
        c2v1 = c2v1.add(FloatVector.fromArray(F, s, so + 2 * lds + L));
        c3v0 = c3v0.add(FloatVector.fromArray(F, s, so + 3 * lds));
        c3v1 = c3v1.add(FloatVector.fromArray(F, s, so + 3 * lds + L));
        c4v0 = c4v0.add(FloatVector.fromArray(F, s, so + 4 * lds));
        c4v1 = c4v1.add(FloatVector.fromArray(F, s, so + 4 * lds + L));
        c5v0 = c5v0.add(FloatVector.fromArray(F, s, so + 5 * lds));
        c5v1 = c5v1.add(FloatVector.fromArray(F, s, so + 5 * lds + L));
        c6v0 = c6v0.add(FloatVector.fromArray(F, s, so + 6 * lds));
        c6v1 = c6v1.add(FloatVector.fromArray(F, s, so + 6 * lds + L));
        c7v0 = c7v0.add(FloatVector.fromArray(F, s, so + 7 * lds));
        c7v1 = c7v1.add(FloatVector.fromArray(F, s, so + 7 * lds + L));
        c8v0 = c8v0.add(FloatVector.fromArray(F, s, so + 8 * lds));
        c8v1 = c8v1.add(FloatVector.fromArray(F, s, so + 8 * lds + L));
        c0v0.intoArray(c, co);
        c0v1.intoArray(c, co + L);
        c1v0.intoArray(c, co + ldc);
        c1v1.intoArray(c, co + ldc + L);
        c2v0.intoArray(c, co + 2 * ldc);
        c2v1.intoArray(c, co + 2 * ldc + L);
        c3v0.intoArray(c, co + 3 * ldc);
        c3v1.intoArray(c, co + 3 * ldc + L);
        c4v0.intoArray(c, co + 4 * ldc);
        c4v1.intoArray(c, co + 4 * ldc + L);
        c5v0.intoArray(c, co + 5 * ldc);
        c5v1.intoArray(c, co + 5 * ldc + L);
        c6v0.intoArray(c, co + 6 * ldc);
        c6v1.intoArray(c, co + 6 * ldc + L);
        c7v0.intoArray(c, co + 7 * ldc);
        c7v1.intoArray(c, co + 7 * ldc + L);
        c8v0.intoArray(c, co + 8 * ldc);
        c8v1.intoArray(c, co + 8 * ldc + L);
    }

    private static void k10x2(float[] a, int ao, float[] b, int bo, int depth, float[] s, int so,
            int lds, float[] c, int co, int ldc) {
        FloatVector c0v0 = FloatVector.zero(F);
        FloatVector c0v1 = FloatVector.zero(F);
        FloatVector c1v0 = FloatVector.zero(F);
        FloatVector c1v1 = FloatVector.zero(F);
        FloatVector c2v0 = FloatVector.zero(F);
        FloatVector c2v1 = FloatVector.zero(F);
        FloatVector c3v0 = FloatVector.zero(F);
        FloatVector c3v1 = FloatVector.zero(F);
        FloatVector c4v0 = FloatVector.zero(F);
        FloatVector c4v1 = FloatVector.zero(F);
        FloatVector c5v0 = FloatVector.zero(F);
        FloatVector c5v1 = FloatVector.zero(F);
        FloatVector c6v0 = FloatVector.zero(F);
        FloatVector c6v1 = FloatVector.zero(F);
        FloatVector c7v0 = FloatVector.zero(F);
        FloatVector c7v1 = FloatVector.zero(F);
        FloatVector c8v0 = FloatVector.zero(F);
        FloatVector c8v1 = FloatVector.zero(F);
        FloatVector c9v0 = FloatVector.zero(F);
        FloatVector c9v1 = FloatVector.zero(F);
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromArray(F, b, bo + k * N);
            FloatVector b1 = FloatVector.fromArray(F, b, bo + k * N + L);
            FloatVector a0 = FloatVector.broadcast(F, a[ao + k * 10 + 0]);
            c0v0 = a0.fma(b0, c0v0);
            c0v1 = a0.fma(b1, c0v1);
            FloatVector a1 = FloatVector.broadcast(F, a[ao + k * 10 + 1]);
            c1v0 = a1.fma(b0, c1v0);
            c1v1 = a1.fma(b1, c1v1);
            FloatVector a2 = FloatVector.broadcast(F, a[ao + k * 10 + 2]);
            c2v0 = a2.fma(b0, c2v0);
            c2v1 = a2.fma(b1, c2v1);
            FloatVector a3 = FloatVector.broadcast(F, a[ao + k * 10 + 3]);
            c3v0 = a3.fma(b0, c3v0);
            c3v1 = a3.fma(b1, c3v1);
            FloatVector a4 = FloatVector.broadcast(F, a[ao + k * 10 + 4]);
            c4v0 = a4.fma(b0, c4v0);
            c4v1 = a4.fma(b1, c4v1);
            FloatVector a5 = FloatVector.broadcast(F, a[ao + k * 10 + 5]);
            c5v0 = a5.fma(b0, c5v0);
            c5v1 = a5.fma(b1, c5v1);
            FloatVector a6 = FloatVector.broadcast(F, a[ao + k * 10 + 6]);
            c6v0 = a6.fma(b0, c6v0);
            c6v1 = a6.fma(b1, c6v1);
            FloatVector a7 = FloatVector.broadcast(F, a[ao + k * 10 + 7]);
            c7v0 = a7.fma(b0, c7v0);
            c7v1 = a7.fma(b1, c7v1);
            FloatVector a8 = FloatVector.broadcast(F, a[ao + k * 10 + 8]);
            c8v0 = a8.fma(b0, c8v0);
            c8v1 = a8.fma(b1, c8v1);
            FloatVector a9 = FloatVector.broadcast(F, a[ao + k * 10 + 9]);
            c9v0 = a9.fma(b0, c9v0);
            c9v1 = a9.fma(b1, c9v1);
        }
        c0v0 = c0v0.add(FloatVector.fromArray(F, s, so));
        c0v1 = c0v1.add(FloatVector.fromArray(F, s, so + L));
        c1v0 = c1v0.add(FloatVector.fromArray(F, s, so + lds));
        c1v1 = c1v1.add(FloatVector.fromArray(F, s, so + lds + L));
        c2v0 = c2v0.add(FloatVector.fromArray(F, s, so + 2 * lds));
        c2v1 = c2v1.add(FloatVector.fromArray(F, s, so + 2 * lds + L));
        c3v0 = c3v0.add(FloatVector.fromArray(F, s, so + 3 * lds));
        c3v1 = c3v1.add(FloatVector.fromArray(F, s, so + 3 * lds + L));
        c4v0 = c4v0.add(FloatVector.fromArray(F, s, so + 4 * lds));
        c4v1 = c4v1.add(FloatVector.fromArray(F, s, so + 4 * lds + L));
        c5v0 = c5v0.add(FloatVector.fromArray(F, s, so + 5 * lds));
        c5v1 = c5v1.add(FloatVector.fromArray(F, s, so + 5 * lds + L));
        c6v0 = c6v0.add(FloatVector.fromArray(F, s, so + 6 * lds));
        c6v1 = c6v1.add(FloatVector.fromArray(F, s, so + 6 * lds + L));
        c7v0 = c7v0.add(FloatVector.fromArray(F, s, so + 7 * lds));
        c7v1 = c7v1.add(FloatVector.fromArray(F, s, so + 7 * lds + L));
        c8v0 = c8v0.add(FloatVector.fromArray(F, s, so + 8 * lds));
        c8v1 = c8v1.add(FloatVector.fromArray(F, s, so + 8 * lds + L));
        c9v0 = c9v0.add(FloatVector.fromArray(F, s, so + 9 * lds));
        c9v1 = c9v1.add(FloatVector.fromArray(F, s, so + 9 * lds + L));
        c0v0.intoArray(c, co);
        c0v1.intoArray(c, co + L);
        c1v0.intoArray(c, co + ldc);
        c1v1.intoArray(c, co + ldc + L);
        c2v0.intoArray(c, co + 2 * ldc);
        c2v1.intoArray(c, co + 2 * ldc + L);
        c3v0.intoArray(c, co + 3 * ldc);
        c3v1.intoArray(c, co + 3 * ldc + L);
        c4v0.intoArray(c, co + 4 * ldc);
        c4v1.intoArray(c, co + 4 * ldc + L);
        c5v0.intoArray(c, co + 5 * ldc);
        c5v1.intoArray(c, co + 5 * ldc + L);
        c6v0.intoArray(c, co + 6 * ldc);
        c6v1.intoArray(c, co + 6 * ldc + L);
        c7v0.intoArray(c, co + 7 * ldc);
        c7v1.intoArray(c, co + 7 * ldc + L);
        c8v0.intoArray(c, co + 8 * ldc);
        c8v1.intoArray(c, co + 8 * ldc + L);
        c9v0.intoArray(c, co + 9 * ldc);
        c9v1.intoArray(c, co + 9 * ldc + L);
    }

    private static void k11x2(float[] a, int ao, float[] b, int bo, int depth, float[] s, int so,
            int lds, float[] c, int co, int ldc) {
        FloatVector c0v0 = FloatVector.zero(F);
        FloatVector c0v1 = FloatVector.zero(F);
        FloatVector c1v0 = FloatVector.zero(F);
        FloatVector c1v1 = FloatVector.zero(F);
        FloatVector c2v0 = FloatVector.zero(F);
        FloatVector c2v1 = FloatVector.zero(F);
        FloatVector c3v0 = FloatVector.zero(F);
        FloatVector c3v1 = FloatVector.zero(F);
        FloatVector c4v0 = FloatVector.zero(F);
        FloatVector c4v1 = FloatVector.zero(F);
        FloatVector c5v0 = FloatVector.zero(F);
        FloatVector c5v1 = FloatVector.zero(F);
        FloatVector c6v0 = FloatVector.zero(F);
        FloatVector c6v1 = FloatVector.zero(F);
        FloatVector c7v0 = FloatVector.zero(F);
        FloatVector c7v1 = FloatVector.zero(F);
        FloatVector c8v0 = FloatVector.zero(F);
        FloatVector c8v1 = FloatVector.zero(F);
        FloatVector c9v0 = FloatVector.zero(F);
        FloatVector c9v1 = FloatVector.zero(F);
        FloatVector c10v0 = FloatVector.zero(F);
        FloatVector c10v1 = FloatVector.zero(F);
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromArray(F, b, bo + k * N);
            FloatVector b1 = FloatVector.fromArray(F, b, bo + k * N + L);
            FloatVector a0 = FloatVector.broadcast(F, a[ao + k * 11 + 0]);
            c0v0 = a0.fma(b0, c0v0);
            c0v1 = a0.fma(b1, c0v1);
            FloatVector a1 = FloatVector.broadcast(F, a[ao + k * 11 + 1]);
            c1v0 = a1.fma(b0, c1v0);
            c1v1 = a1.fma(b1, c1v1);
            FloatVector a2 = FloatVector.broadcast(F, a[ao + k * 11 + 2]);
            c2v0 = a2.fma(b0, c2v0);
            c2v1 = a2.fma(b1, c2v1);
            FloatVector a3 = FloatVector.broadcast(F, a[ao + k * 11 + 3]);
            c3v0 = a3.fma(b0, c3v0);
            c3v1 = a3.fma(b1, c3v1);
            FloatVector a4 = FloatVector.broadcast(F, a[ao + k * 11 + 4]);
            c4v0 = a4.fma(b0, c4v0);
            c4v1 = a4.fma(b1, c4v1);
            FloatVector a5 = FloatVector.broadcast(F, a[ao + k * 11 + 5]);
            c5v0 = a5.fma(b0, c5v0);
            c5v1 = a5.fma(b1, c5v1);
            FloatVector a6 = FloatVector.broadcast(F, a[ao + k * 11 + 6]);
            c6v0 = a6.fma(b0, c6v0);
            c6v1 = a6.fma(b1, c6v1);
            FloatVector a7 = FloatVector.broadcast(F, a[ao + k * 11 + 7]);
            c7v0 = a7.fma(b0, c7v0);
            c7v1 = a7.fma(b1, c7v1);
            FloatVector a8 = FloatVector.broadcast(F, a[ao + k * 11 + 8]);
            c8v0 = a8.fma(b0, c8v0);
            c8v1 = a8.fma(b1, c8v1);
            FloatVector a9 = FloatVector.broadcast(F, a[ao + k * 11 + 9]);
            c9v0 = a9.fma(b0, c9v0);
            c9v1 = a9.fma(b1, c9v1);
            FloatVector a10 = FloatVector.broadcast(F, a[ao + k * 11 + 10]);
            c10v0 = a10.fma(b0, c10v0);
            c10v1 = a10.fma(b1, c10v1);
        }
        c0v0 = c0v0.add(FloatVector.fromArray(F, s, so));
        c0v1 = c0v1.add(FloatVector.fromArray(F, s, so + L));
        c1v0 = c1v0.add(FloatVector.fromArray(F, s, so + lds));
        c1v1 = c1v1.add(FloatVector.fromArray(F, s, so + lds + L));
        c2v0 = c2v0.add(FloatVector.fromArray(F, s, so + 2 * lds));
        c2v1 = c2v1.add(FloatVector.fromArray(F, s, so + 2 * lds + L));
        c3v0 = c3v0.add(FloatVector.fromArray(F, s, so + 3 * lds));
        c3v1 = c3v1.add(FloatVector.fromArray(F, s, so + 3 * lds + L));
        c4v0 = c4v0.add(FloatVector.fromArray(F, s, so + 4 * lds));
        c4v1 = c4v1.add(FloatVector.fromArray(F, s, so + 4 * lds + L));
        c5v0 = c5v0.add(FloatVector.fromArray(F, s, so + 5 * lds));
        c5v1 = c5v1.add(FloatVector.fromArray(F, s, so + 5 * lds + L));
        c6v0 = c6v0.add(FloatVector.fromArray(F, s, so + 6 * lds));
        c6v1 = c6v1.add(FloatVector.fromArray(F, s, so + 6 * lds + L));
        c7v0 = c7v0.add(FloatVector.fromArray(F, s, so + 7 * lds));
        c7v1 = c7v1.add(FloatVector.fromArray(F, s, so + 7 * lds + L));
        c8v0 = c8v0.add(FloatVector.fromArray(F, s, so + 8 * lds));
        c8v1 = c8v1.add(FloatVector.fromArray(F, s, so + 8 * lds + L));
        c9v0 = c9v0.add(FloatVector.fromArray(F, s, so + 9 * lds));
        c9v1 = c9v1.add(FloatVector.fromArray(F, s, so + 9 * lds + L));
        c10v0 = c10v0.add(FloatVector.fromArray(F, s, so + 10 * lds));
        c10v1 = c10v1.add(FloatVector.fromArray(F, s, so + 10 * lds + L));
        c0v0.intoArray(c, co);
        c0v1.intoArray(c, co + L);
        c1v0.intoArray(c, co + ldc);
        c1v1.intoArray(c, co + ldc + L);
        c2v0.intoArray(c, co + 2 * ldc);
        c2v1.intoArray(c, co + 2 * ldc + L);
        c3v0.intoArray(c, co + 3 * ldc);
        c3v1.intoArray(c, co + 3 * ldc + L);
        c4v0.intoArray(c, co + 4 * ldc);
        c4v1.intoArray(c, co + 4 * ldc + L);
        c5v0.intoArray(c, co + 5 * ldc);
        c5v1.intoArray(c, co + 5 * ldc + L);
        c6v0.intoArray(c, co + 6 * ldc);
        c6v1.intoArray(c, co + 6 * ldc + L);
        c7v0.intoArray(c, co + 7 * ldc);
        c7v1.intoArray(c, co + 7 * ldc + L);
        c8v0.intoArray(c, co + 8 * ldc);
        c8v1.intoArray(c, co + 8 * ldc + L);
        c9v0.intoArray(c, co + 9 * ldc);
        c9v1.intoArray(c, co + 9 * ldc + L);
        c10v0.intoArray(c, co + 10 * ldc);
        c10v1.intoArray(c, co + 10 * ldc + L);
    }

    private static void k12x2(float[] a, int ao, float[] b, int bo, int depth, float[] s, int so,
            int lds, float[] c, int co, int ldc) {
        FloatVector c0v0 = FloatVector.zero(F);
        FloatVector c0v1 = FloatVector.zero(F);
        FloatVector c1v0 = FloatVector.zero(F);
        FloatVector c1v1 = FloatVector.zero(F);
        FloatVector c2v0 = FloatVector.zero(F);
        FloatVector c2v1 = FloatVector.zero(F);
        FloatVector c3v0 = FloatVector.zero(F);
        FloatVector c3v1 = FloatVector.zero(F);
        FloatVector c4v0 = FloatVector.zero(F);
        FloatVector c4v1 = FloatVector.zero(F);
        FloatVector c5v0 = FloatVector.zero(F);
        FloatVector c5v1 = FloatVector.zero(F);
        FloatVector c6v0 = FloatVector.zero(F);
        FloatVector c6v1 = FloatVector.zero(F);
        FloatVector c7v0 = FloatVector.zero(F);
        FloatVector c7v1 = FloatVector.zero(F);
        FloatVector c8v0 = FloatVector.zero(F);
        FloatVector c8v1 = FloatVector.zero(F);
        FloatVector c9v0 = FloatVector.zero(F);
        FloatVector c9v1 = FloatVector.zero(F);
        FloatVector c10v0 = FloatVector.zero(F);
        FloatVector c10v1 = FloatVector.zero(F);
        FloatVector c11v0 = FloatVector.zero(F);
        FloatVector c11v1 = FloatVector.zero(F);
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromArray(F, b, bo + k * N);
            FloatVector b1 = FloatVector.fromArray(F, b, bo + k * N + L);
            FloatVector a0 = FloatVector.broadcast(F, a[ao + k * 12 + 0]);
            c0v0 = a0.fma(b0, c0v0);
            c0v1 = a0.fma(b1, c0v1);
            FloatVector a1 = FloatVector.broadcast(F, a[ao + k * 12 + 1]);
            c1v0 = a1.fma(b0, c1v0);
            c1v1 = a1.fma(b1, c1v1);
            FloatVector a2 = FloatVector.broadcast(F, a[ao + k * 12 + 2]);
            c2v0 = a2.fma(b0, c2v0);
            c2v1 = a2.fma(b1, c2v1);
            FloatVector a3 = FloatVector.broadcast(F, a[ao + k * 12 + 3]);
            c3v0 = a3.fma(b0, c3v0);
            c3v1 = a3.fma(b1, c3v1);
            FloatVector a4 = FloatVector.broadcast(F, a[ao + k * 12 + 4]);
            c4v0 = a4.fma(b0, c4v0);
            c4v1 = a4.fma(b1, c4v1);
            FloatVector a5 = FloatVector.broadcast(F, a[ao + k * 12 + 5]);
            c5v0 = a5.fma(b0, c5v0);
            c5v1 = a5.fma(b1, c5v1);
            FloatVector a6 = FloatVector.broadcast(F, a[ao + k * 12 + 6]);
            c6v0 = a6.fma(b0, c6v0);
            c6v1 = a6.fma(b1, c6v1);
            FloatVector a7 = FloatVector.broadcast(F, a[ao + k * 12 + 7]);
            c7v0 = a7.fma(b0, c7v0);
            c7v1 = a7.fma(b1, c7v1);
            FloatVector a8 = FloatVector.broadcast(F, a[ao + k * 12 + 8]);
            c8v0 = a8.fma(b0, c8v0);
            c8v1 = a8.fma(b1, c8v1);
            FloatVector a9 = FloatVector.broadcast(F, a[ao + k * 12 + 9]);
            c9v0 = a9.fma(b0, c9v0);
            c9v1 = a9.fma(b1, c9v1);
            FloatVector a10 = FloatVector.broadcast(F, a[ao + k * 12 + 10]);
            c10v0 = a10.fma(b0, c10v0);
            c10v1 = a10.fma(b1, c10v1);
            FloatVector a11 = FloatVector.broadcast(F, a[ao + k * 12 + 11]);
            c11v0 = a11.fma(b0, c11v0);
            c11v1 = a11.fma(b1, c11v1);
        }
        c0v0 = c0v0.add(FloatVector.fromArray(F, s, so));
        c0v1 = c0v1.add(FloatVector.fromArray(F, s, so + L));
        c1v0 = c1v0.add(FloatVector.fromArray(F, s, so + lds));
        c1v1 = c1v1.add(FloatVector.fromArray(F, s, so + lds + L));
        c2v0 = c2v0.add(FloatVector.fromArray(F, s, so + 2 * lds));
        c2v1 = c2v1.add(FloatVector.fromArray(F, s, so + 2 * lds + L));
        c3v0 = c3v0.add(FloatVector.fromArray(F, s, so + 3 * lds));
        c3v1 = c3v1.add(FloatVector.fromArray(F, s, so + 3 * lds + L));
        c4v0 = c4v0.add(FloatVector.fromArray(F, s, so + 4 * lds));
        c4v1 = c4v1.add(FloatVector.fromArray(F, s, so + 4 * lds + L));
        c5v0 = c5v0.add(FloatVector.fromArray(F, s, so + 5 * lds));
        c5v1 = c5v1.add(FloatVector.fromArray(F, s, so + 5 * lds + L));
        c6v0 = c6v0.add(FloatVector.fromArray(F, s, so + 6 * lds));
        c6v1 = c6v1.add(FloatVector.fromArray(F, s, so + 6 * lds + L));
        c7v0 = c7v0.add(FloatVector.fromArray(F, s, so + 7 * lds));
        c7v1 = c7v1.add(FloatVector.fromArray(F, s, so + 7 * lds + L));
        c8v0 = c8v0.add(FloatVector.fromArray(F, s, so + 8 * lds));
        c8v1 = c8v1.add(FloatVector.fromArray(F, s, so + 8 * lds + L));
        c9v0 = c9v0.add(FloatVector.fromArray(F, s, so + 9 * lds));
        c9v1 = c9v1.add(FloatVector.fromArray(F, s, so + 9 * lds + L));
        c10v0 = c10v0.add(FloatVector.fromArray(F, s, so + 10 * lds));
        c10v1 = c10v1.add(FloatVector.fromArray(F, s, so + 10 * lds + L));
        c11v0 = c11v0.add(FloatVector.fromArray(F, s, so + 11 * lds));
        c11v1 = c11v1.add(FloatVector.fromArray(F, s, so + 11 * lds + L));
        c0v0.intoArray(c, co);
        c0v1.intoArray(c, co + L);
        c1v0.intoArray(c, co + ldc);
        c1v1.intoArray(c, co + ldc + L);
        c2v0.intoArray(c, co + 2 * ldc);
        c2v1.intoArray(c, co + 2 * ldc + L);
        c3v0.intoArray(c, co + 3 * ldc);
        c3v1.intoArray(c, co + 3 * ldc + L);
        c4v0.intoArray(c, co + 4 * ldc);
        c4v1.intoArray(c, co + 4 * ldc + L);
        c5v0.intoArray(c, co + 5 * ldc);
        c5v1.intoArray(c, co + 5 * ldc + L);
        c6v0.intoArray(c, co + 6 * ldc);
        c6v1.intoArray(c, co + 6 * ldc + L);
        c7v0.intoArray(c, co + 7 * ldc);
        c7v1.intoArray(c, co + 7 * ldc + L);
        c8v0.intoArray(c, co + 8 * ldc);
        c8v1.intoArray(c, co + 8 * ldc + L);
        c9v0.intoArray(c, co + 9 * ldc);
        c9v1.intoArray(c, co + 9 * ldc + L);
        c10v0.intoArray(c, co + 10 * ldc);
        c10v1.intoArray(c, co + 10 * ldc + L);
        c11v0.intoArray(c, co + 11 * ldc);
        c11v1.intoArray(c, co + 11 * ldc + L);
    }

    private static void k13x2(float[] a, int ao, float[] b, int bo, int depth, float[] s, int so,
            int lds, float[] c, int co, int ldc) {
        FloatVector c0v0 = FloatVector.zero(F);
        FloatVector c0v1 = FloatVector.zero(F);
        FloatVector c1v0 = FloatVector.zero(F);
        FloatVector c1v1 = FloatVector.zero(F);
        FloatVector c2v0 = FloatVector.zero(F);
        FloatVector c2v1 = FloatVector.zero(F);
        FloatVector c3v0 = FloatVector.zero(F);
        FloatVector c3v1 = FloatVector.zero(F);
        FloatVector c4v0 = FloatVector.zero(F);
        FloatVector c4v1 = FloatVector.zero(F);
        FloatVector c5v0 = FloatVector.zero(F);
        FloatVector c5v1 = FloatVector.zero(F);
        FloatVector c6v0 = FloatVector.zero(F);
        FloatVector c6v1 = FloatVector.zero(F);
        FloatVector c7v0 = FloatVector.zero(F);
        FloatVector c7v1 = FloatVector.zero(F);
        FloatVector c8v0 = FloatVector.zero(F);
        FloatVector c8v1 = FloatVector.zero(F);
        FloatVector c9v0 = FloatVector.zero(F);
        FloatVector c9v1 = FloatVector.zero(F);
        FloatVector c10v0 = FloatVector.zero(F);
        FloatVector c10v1 = FloatVector.zero(F);
        FloatVector c11v0 = FloatVector.zero(F);
        FloatVector c11v1 = FloatVector.zero(F);
        FloatVector c12v0 = FloatVector.zero(F);
        FloatVector c12v1 = FloatVector.zero(F);
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromArray(F, b, bo + k * N);
            FloatVector b1 = FloatVector.fromArray(F, b, bo + k * N + L);
            FloatVector a0 = FloatVector.broadcast(F, a[ao + k * 13 + 0]);
            c0v0 = a0.fma(b0, c0v0);
            c0v1 = a0.fma(b1, c0v1);
            FloatVector a1 = FloatVector.broadcast(F, a[ao + k * 13 + 1]);
            c1v0 = a1.fma(b0, c1v0);
            c1v1 = a1.fma(b1, c1v1);
            FloatVector a2 = FloatVector.broadcast(F, a[ao + k * 13 + 2]);
            c2v0 = a2.fma(b0, c2v0);
            c2v1 = a2.fma(b1, c2v1);
            FloatVector a3 = FloatVector.broadcast(F, a[ao + k * 13 + 3]);
            c3v0 = a3.fma(b0, c3v0);
            c3v1 = a3.fma(b1, c3v1);
            FloatVector a4 = FloatVector.broadcast(F, a[ao + k * 13 + 4]);
            c4v0 = a4.fma(b0, c4v0);
            c4v1 = a4.fma(b1, c4v1);
            FloatVector a5 = FloatVector.broadcast(F, a[ao + k * 13 + 5]);
            c5v0 = a5.fma(b0, c5v0);
            c5v1 = a5.fma(b1, c5v1);
            FloatVector a6 = FloatVector.broadcast(F, a[ao + k * 13 + 6]);
            c6v0 = a6.fma(b0, c6v0);
            c6v1 = a6.fma(b1, c6v1);
            FloatVector a7 = FloatVector.broadcast(F, a[ao + k * 13 + 7]);
            c7v0 = a7.fma(b0, c7v0);
            c7v1 = a7.fma(b1, c7v1);
            FloatVector a8 = FloatVector.broadcast(F, a[ao + k * 13 + 8]);
            c8v0 = a8.fma(b0, c8v0);
            c8v1 = a8.fma(b1, c8v1);
            FloatVector a9 = FloatVector.broadcast(F, a[ao + k * 13 + 9]);
            c9v0 = a9.fma(b0, c9v0);
            c9v1 = a9.fma(b1, c9v1);
            FloatVector a10 = FloatVector.broadcast(F, a[ao + k * 13 + 10]);
            c10v0 = a10.fma(b0, c10v0);
            c10v1 = a10.fma(b1, c10v1);
            FloatVector a11 = FloatVector.broadcast(F, a[ao + k * 13 + 11]);
            c11v0 = a11.fma(b0, c11v0);
            c11v1 = a11.fma(b1, c11v1);
            FloatVector a12 = FloatVector.broadcast(F, a[ao + k * 13 + 12]);
            c12v0 = a12.fma(b0, c12v0);
            c12v1 = a12.fma(b1, c12v1);
        }
        c0v0 = c0v0.add(FloatVector.fromArray(F, s, so));
        c0v1 = c0v1.add(FloatVector.fromArray(F, s, so + L));
        c1v0 = c1v0.add(FloatVector.fromArray(F, s, so + lds));
        c1v1 = c1v1.add(FloatVector.fromArray(F, s, so + lds + L));
        c2v0 = c2v0.add(FloatVector.fromArray(F, s, so + 2 * lds));
        c2v1 = c2v1.add(FloatVector.fromArray(F, s, so + 2 * lds + L));
        c3v0 = c3v0.add(FloatVector.fromArray(F, s, so + 3 * lds));
        c3v1 = c3v1.add(FloatVector.fromArray(F, s, so + 3 * lds + L));
        c4v0 = c4v0.add(FloatVector.fromArray(F, s, so + 4 * lds));
        c4v1 = c4v1.add(FloatVector.fromArray(F, s, so + 4 * lds + L));
        c5v0 = c5v0.add(FloatVector.fromArray(F, s, so + 5 * lds));
        c5v1 = c5v1.add(FloatVector.fromArray(F, s, so + 5 * lds + L));
        c6v0 = c6v0.add(FloatVector.fromArray(F, s, so + 6 * lds));
        c6v1 = c6v1.add(FloatVector.fromArray(F, s, so + 6 * lds + L));
        c7v0 = c7v0.add(FloatVector.fromArray(F, s, so + 7 * lds));
        c7v1 = c7v1.add(FloatVector.fromArray(F, s, so + 7 * lds + L));
        c8v0 = c8v0.add(FloatVector.fromArray(F, s, so + 8 * lds));
        c8v1 = c8v1.add(FloatVector.fromArray(F, s, so + 8 * lds + L));
        c9v0 = c9v0.add(FloatVector.fromArray(F, s, so + 9 * lds));
        c9v1 = c9v1.add(FloatVector.fromArray(F, s, so + 9 * lds + L));
        c10v0 = c10v0.add(FloatVector.fromArray(F, s, so + 10 * lds));
        c10v1 = c10v1.add(FloatVector.fromArray(F, s, so + 10 * lds + L));
        c11v0 = c11v0.add(FloatVector.fromArray(F, s, so + 11 * lds));
        c11v1 = c11v1.add(FloatVector.fromArray(F, s, so + 11 * lds + L));
        c12v0 = c12v0.add(FloatVector.fromArray(F, s, so + 12 * lds));
        c12v1 = c12v1.add(FloatVector.fromArray(F, s, so + 12 * lds + L));
        c0v0.intoArray(c, co);
        c0v1.intoArray(c, co + L);
        c1v0.intoArray(c, co + ldc);
        c1v1.intoArray(c, co + ldc + L);
        c2v0.intoArray(c, co + 2 * ldc);
        c2v1.intoArray(c, co + 2 * ldc + L);
        c3v0.intoArray(c, co + 3 * ldc);
        c3v1.intoArray(c, co + 3 * ldc + L);
        c4v0.intoArray(c, co + 4 * ldc);
        c4v1.intoArray(c, co + 4 * ldc + L);
        c5v0.intoArray(c, co + 5 * ldc);
        c5v1.intoArray(c, co + 5 * ldc + L);
        c6v0.intoArray(c, co + 6 * ldc);
        c6v1.intoArray(c, co + 6 * ldc + L);
        c7v0.intoArray(c, co + 7 * ldc);
        c7v1.intoArray(c, co + 7 * ldc + L);
        c8v0.intoArray(c, co + 8 * ldc);
        c8v1.intoArray(c, co + 8 * ldc + L);
        c9v0.intoArray(c, co + 9 * ldc);
        c9v1.intoArray(c, co + 9 * ldc + L);
        c10v0.intoArray(c, co + 10 * ldc);
        c10v1.intoArray(c, co + 10 * ldc + L);
        c11v0.intoArray(c, co + 11 * ldc);
        c11v1.intoArray(c, co + 11 * ldc + L);
        c12v0.intoArray(c, co + 12 * ldc);
        c12v1.intoArray(c, co + 12 * ldc + L);
    }

    private static void k14x2(float[] a, int ao, float[] b, int bo, int depth, float[] s, int so,
            int lds, float[] c, int co, int ldc) {
        FloatVector c0v0 = FloatVector.zero(F);
        FloatVector c0v1 = FloatVector.zero(F);
        FloatVector c1v0 = FloatVector.zero(F);
        FloatVector c1v1 = FloatVector.zero(F);
        FloatVector c2v0 = FloatVector.zero(F);
        FloatVector c2v1 = FloatVector.zero(F);
        FloatVector c3v0 = FloatVector.zero(F);
        FloatVector c3v1 = FloatVector.zero(F);
        FloatVector c4v0 = FloatVector.zero(F);
        FloatVector c4v1 = FloatVector.zero(F);
        FloatVector c5v0 = FloatVector.zero(F);
        FloatVector c5v1 = FloatVector.zero(F);
        FloatVector c6v0 = FloatVector.zero(F);
        FloatVector c6v1 = FloatVector.zero(F);
        FloatVector c7v0 = FloatVector.zero(F);
        FloatVector c7v1 = FloatVector.zero(F);
        FloatVector c8v0 = FloatVector.zero(F);
        FloatVector c8v1 = FloatVector.zero(F);
        FloatVector c9v0 = FloatVector.zero(F);
        FloatVector c9v1 = FloatVector.zero(F);
        FloatVector c10v0 = FloatVector.zero(F);
        FloatVector c10v1 = FloatVector.zero(F);
        FloatVector c11v0 = FloatVector.zero(F);
        FloatVector c11v1 = FloatVector.zero(F);
        FloatVector c12v0 = FloatVector.zero(F);
        FloatVector c12v1 = FloatVector.zero(F);
        FloatVector c13v0 = FloatVector.zero(F);
        FloatVector c13v1 = FloatVector.zero(F);
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromArray(F, b, bo + k * N);
            FloatVector b1 = FloatVector.fromArray(F, b, bo + k * N + L);
            FloatVector a0 = FloatVector.broadcast(F, a[ao + k * 14 + 0]);
            c0v0 = a0.fma(b0, c0v0);
            c0v1 = a0.fma(b1, c0v1);
            FloatVector a1 = FloatVector.broadcast(F, a[ao + k * 14 + 1]);
            c1v0 = a1.fma(b0, c1v0);
            c1v1 = a1.fma(b1, c1v1);
            FloatVector a2 = FloatVector.broadcast(F, a[ao + k * 14 + 2]);
            c2v0 = a2.fma(b0, c2v0);
            c2v1 = a2.fma(b1, c2v1);
            FloatVector a3 = FloatVector.broadcast(F, a[ao + k * 14 + 3]);
            c3v0 = a3.fma(b0, c3v0);
            c3v1 = a3.fma(b1, c3v1);
            FloatVector a4 = FloatVector.broadcast(F, a[ao + k * 14 + 4]);
            c4v0 = a4.fma(b0, c4v0);
            c4v1 = a4.fma(b1, c4v1);
            FloatVector a5 = FloatVector.broadcast(F, a[ao + k * 14 + 5]);
            c5v0 = a5.fma(b0, c5v0);
            c5v1 = a5.fma(b1, c5v1);
            FloatVector a6 = FloatVector.broadcast(F, a[ao + k * 14 + 6]);
            c6v0 = a6.fma(b0, c6v0);
            c6v1 = a6.fma(b1, c6v1);
            FloatVector a7 = FloatVector.broadcast(F, a[ao + k * 14 + 7]);
            c7v0 = a7.fma(b0, c7v0);
            c7v1 = a7.fma(b1, c7v1);
            FloatVector a8 = FloatVector.broadcast(F, a[ao + k * 14 + 8]);
            c8v0 = a8.fma(b0, c8v0);
            c8v1 = a8.fma(b1, c8v1);
            FloatVector a9 = FloatVector.broadcast(F, a[ao + k * 14 + 9]);
            c9v0 = a9.fma(b0, c9v0);
            c9v1 = a9.fma(b1, c9v1);
            FloatVector a10 = FloatVector.broadcast(F, a[ao + k * 14 + 10]);
            c10v0 = a10.fma(b0, c10v0);
            c10v1 = a10.fma(b1, c10v1);
            FloatVector a11 = FloatVector.broadcast(F, a[ao + k * 14 + 11]);
            c11v0 = a11.fma(b0, c11v0);
            c11v1 = a11.fma(b1, c11v1);
            FloatVector a12 = FloatVector.broadcast(F, a[ao + k * 14 + 12]);
            c12v0 = a12.fma(b0, c12v0);
            c12v1 = a12.fma(b1, c12v1);
            FloatVector a13 = FloatVector.broadcast(F, a[ao + k * 14 + 13]);
            c13v0 = a13.fma(b0, c13v0);
            c13v1 = a13.fma(b1, c13v1);
        }
        c0v0 = c0v0.add(FloatVector.fromArray(F, s, so));
        c0v1 = c0v1.add(FloatVector.fromArray(F, s, so + L));
        c1v0 = c1v0.add(FloatVector.fromArray(F, s, so + lds));
        c1v1 = c1v1.add(FloatVector.fromArray(F, s, so + lds + L));
        c2v0 = c2v0.add(FloatVector.fromArray(F, s, so + 2 * lds));
        c2v1 = c2v1.add(FloatVector.fromArray(F, s, so + 2 * lds + L));
        c3v0 = c3v0.add(FloatVector.fromArray(F, s, so + 3 * lds));
        c3v1 = c3v1.add(FloatVector.fromArray(F, s, so + 3 * lds + L));
        c4v0 = c4v0.add(FloatVector.fromArray(F, s, so + 4 * lds));
        c4v1 = c4v1.add(FloatVector.fromArray(F, s, so + 4 * lds + L));
        c5v0 = c5v0.add(FloatVector.fromArray(F, s, so + 5 * lds));
        c5v1 = c5v1.add(FloatVector.fromArray(F, s, so + 5 * lds + L));
        c6v0 = c6v0.add(FloatVector.fromArray(F, s, so + 6 * lds));
        c6v1 = c6v1.add(FloatVector.fromArray(F, s, so + 6 * lds + L));
        c7v0 = c7v0.add(FloatVector.fromArray(F, s, so + 7 * lds));
        c7v1 = c7v1.add(FloatVector.fromArray(F, s, so + 7 * lds + L));
        c8v0 = c8v0.add(FloatVector.fromArray(F, s, so + 8 * lds));
        c8v1 = c8v1.add(FloatVector.fromArray(F, s, so + 8 * lds + L));
        c9v0 = c9v0.add(FloatVector.fromArray(F, s, so + 9 * lds));
        c9v1 = c9v1.add(FloatVector.fromArray(F, s, so + 9 * lds + L));
        c10v0 = c10v0.add(FloatVector.fromArray(F, s, so + 10 * lds));
        c10v1 = c10v1.add(FloatVector.fromArray(F, s, so + 10 * lds + L));
        c11v0 = c11v0.add(FloatVector.fromArray(F, s, so + 11 * lds));
        c11v1 = c11v1.add(FloatVector.fromArray(F, s, so + 11 * lds + L));
        c12v0 = c12v0.add(FloatVector.fromArray(F, s, so + 12 * lds));
        c12v1 = c12v1.add(FloatVector.fromArray(F, s, so + 12 * lds + L));
        c13v0 = c13v0.add(FloatVector.fromArray(F, s, so + 13 * lds));
        c13v1 = c13v1.add(FloatVector.fromArray(F, s, so + 13 * lds + L));
        c0v0.intoArray(c, co);
        c0v1.intoArray(c, co + L);
        c1v0.intoArray(c, co + ldc);
        c1v1.intoArray(c, co + ldc + L);
        c2v0.intoArray(c, co + 2 * ldc);
        c2v1.intoArray(c, co + 2 * ldc + L);
        c3v0.intoArray(c, co + 3 * ldc);
        c3v1.intoArray(c, co + 3 * ldc + L);
        c4v0.intoArray(c, co + 4 * ldc);
        c4v1.intoArray(c, co + 4 * ldc + L);
        c5v0.intoArray(c, co + 5 * ldc);
        c5v1.intoArray(c, co + 5 * ldc + L);
        c6v0.intoArray(c, co + 6 * ldc);
        c6v1.intoArray(c, co + 6 * ldc + L);
        c7v0.intoArray(c, co + 7 * ldc);
        c7v1.intoArray(c, co + 7 * ldc + L);
        c8v0.intoArray(c, co + 8 * ldc);
        c8v1.intoArray(c, co + 8 * ldc + L);
        c9v0.intoArray(c, co + 9 * ldc);
        c9v1.intoArray(c, co + 9 * ldc + L);
        c10v0.intoArray(c, co + 10 * ldc);
        c10v1.intoArray(c, co + 10 * ldc + L);
        c11v0.intoArray(c, co + 11 * ldc);
        c11v1.intoArray(c, co + 11 * ldc + L);
        c12v0.intoArray(c, co + 12 * ldc);
        c12v1.intoArray(c, co + 12 * ldc + L);
        c13v0.intoArray(c, co + 13 * ldc);
        c13v1.intoArray(c, co + 13 * ldc + L);
    }

    /**
     * {@code target[to + k * width + i] = source[from + min(i, lines - 1) * stride + k]} for {@code i, k < L}, L the
     * lane count: an L x L transpose. Rows are stored in ascending k.
     */
    static void transpose(float[] source, int from, int stride, int lines, float[] target, int to, int width) {
        switch (L) {
            case 2 -> transpose2(source, from, stride, lines, target, to, width);
            case 4 -> transpose4(source, from, stride, lines, target, to, width);
            case 8 -> transpose8(source, from, stride, lines, target, to, width);
            case 16 -> transpose16(source, from, stride, lines, target, to, width);
            default -> throw new IllegalStateException(L + " lanes");
        }
    }

    private static void transpose2(float[] source, int from, int stride, int lines, float[] target, int to,
            int width) {
        int last = lines - 1;
        IntVector s0r0 = FloatVector.fromArray(F, source, from + Math.min(0, last) * stride).reinterpretAsInts();
        IntVector s0r1 = FloatVector.fromArray(F, source, from + Math.min(1, last) * stride).reinterpretAsInts();
        IntVector s1r0 = LOW1.selectFrom(s0r0, s0r1);
        IntVector s1r1 = HIGH1.selectFrom(s0r0, s0r1);
        s1r0.reinterpretAsFloats().intoArray(target, to + 0 * width);
        s1r1.reinterpretAsFloats().intoArray(target, to + 1 * width);
    }

    private static void transpose4(float[] source, int from, int stride, int lines, float[] target, int to,
            int width) {
        int last = lines - 1;
        IntVector s0r0 = FloatVector.fromArray(F, source, from + Math.min(0, last) * stride).reinterpretAsInts();
        IntVector s0r1 = FloatVector.fromArray(F, source, from + Math.min(1, last) * stride).reinterpretAsInts();
        IntVector s0r2 = FloatVector.fromArray(F, source, from + Math.min(2, last) * stride).reinterpretAsInts();
        IntVector s0r3 = FloatVector.fromArray(F, source, from + Math.min(3, last) * stride).reinterpretAsInts();
        IntVector s1r0 = LOW1.selectFrom(s0r0, s0r1);
        IntVector s1r1 = HIGH1.selectFrom(s0r0, s0r1);
        IntVector s1r2 = LOW1.selectFrom(s0r2, s0r3);
        IntVector s1r3 = HIGH1.selectFrom(s0r2, s0r3);
        IntVector s2r0 = LOW2.selectFrom(s1r0, s1r2);
        IntVector s2r2 = HIGH2.selectFrom(s1r0, s1r2);
        IntVector s2r1 = LOW2.selectFrom(s1r1, s1r3);
        IntVector s2r3 = HIGH2.selectFrom(s1r1, s1r3);
        s2r0.reinterpretAsFloats().intoArray(target, to + 0 * width);
        s2r1.reinterpretAsFloats().intoArray(target, to + 1 * width);
        s2r2.reinterpretAsFloats().intoArray(target, to + 2 * width);
        s2r3.reinterpretAsFloats().intoArray(target, to + 3 * width);
    }

    private static void transpose8(float[] source, int from, int stride, int lines, float[] target, int to,
            int width) {
        int last = lines - 1;
        IntVector s0r0 = FloatVector.fromArray(F, source, from + Math.min(0, last) * stride).reinterpretAsInts();
        IntVector s0r1 = FloatVector.fromArray(F, source, from + Math.min(1, last) * stride).reinterpretAsInts();
        IntVector s0r2 = FloatVector.fromArray(F, source, from + Math.min(2, last) * stride).reinterpretAsInts();
        IntVector s0r3 = FloatVector.fromArray(F, source, from + Math.min(3, last) * stride).reinterpretAsInts();
        IntVector s0r4 = FloatVector.fromArray(F, source, from + Math.min(4, last) * stride).reinterpretAsInts();
        IntVector s0r5 = FloatVector.fromArray(F, source, from + Math.min(5, last) * stride).reinterpretAsInts();
        IntVector s0r6 = FloatVector.fromArray(F, source, from + Math.min(6, last) * stride).reinterpretAsInts();
        IntVector s0r7 = FloatVector.fromArray(F, source, from + Math.min(7, last) * stride).reinterpretAsInts();
        IntVector s1r0 = LOW1.selectFrom(s0r0, s0r1);
        IntVector s1r1 = HIGH1.selectFrom(s0r0, s0r1);
        IntVector s1r2 = LOW1.selectFrom(s0r2, s0r3);
        IntVector s1r3 = HIGH1.selectFrom(s0r2, s0r3);
        IntVector s1r4 = LOW1.selectFrom(s0r4, s0r5);
        IntVector s1r5 = HIGH1.selectFrom(s0r4, s0r5);
        IntVector s1r6 = LOW1.selectFrom(s0r6, s0r7);
        IntVector s1r7 = HIGH1.selectFrom(s0r6, s0r7);
        IntVector s2r0 = LOW2.selectFrom(s1r0, s1r2);
        IntVector s2r2 = HIGH2.selectFrom(s1r0, s1r2);
        IntVector s2r1 = LOW2.selectFrom(s1r1, s1r3);
        IntVector s2r3 = HIGH2.selectFrom(s1r1, s1r3);
        IntVector s2r4 = LOW2.selectFrom(s1r4, s1r6);
        IntVector s2r6 = HIGH2.selectFrom(s1r4, s1r6);
        IntVector s2r5 = LOW2.selectFrom(s1r5, s1r7);
        IntVector s2r7 = HIGH2.selectFrom(s1r5, s1r7);
        IntVector s3r0 = LOW4.selectFrom(s2r0, s2r4);
        IntVector s3r4 = HIGH4.selectFrom(s2r0, s2r4);
        IntVector s3r1 = LOW4.selectFrom(s2r1, s2r5);
        IntVector s3r5 = HIGH4.selectFrom(s2r1, s2r5);
        IntVector s3r2 = LOW4.selectFrom(s2r2, s2r6);
        IntVector s3r6 = HIGH4.selectFrom(s2r2, s2r6);
        IntVector s3r3 = LOW4.selectFrom(s2r3, s2r7);
        IntVector s3r7 = HIGH4.selectFrom(s2r3, s2r7);
        s3r0.reinterpretAsFloats().intoArray(target, to + 0 * width);
        s3r1.reinterpretAsFloats().intoArray(target, to + 1 * width);
        s3r2.reinterpretAsFloats().intoArray(target, to + 2 * width);
        s3r3.reinterpretAsFloats().intoArray(target, to + 3 * width);
        s3r4.reinterpretAsFloats().intoArray(target, to + 4 * width);
        s3r5.reinterpretAsFloats().intoArray(target, to + 5 * width);
        s3r6.reinterpretAsFloats().intoArray(target, to + 6 * width);
        s3r7.reinterpretAsFloats().intoArray(target, to + 7 * width);
    }

    private static void transpose16(float[] source, int from, int stride, int lines, float[] target, int to,
            int width) {
        int last = lines - 1;
        IntVector s0r0 = FloatVector.fromArray(F, source, from + Math.min(0, last) * stride).reinterpretAsInts();
        IntVector s0r1 = FloatVector.fromArray(F, source, from + Math.min(1, last) * stride).reinterpretAsInts();
        IntVector s0r2 = FloatVector.fromArray(F, source, from + Math.min(2, last) * stride).reinterpretAsInts();
        IntVector s0r3 = FloatVector.fromArray(F, source, from + Math.min(3, last) * stride).reinterpretAsInts();
        IntVector s0r4 = FloatVector.fromArray(F, source, from + Math.min(4, last) * stride).reinterpretAsInts();
        IntVector s0r5 = FloatVector.fromArray(F, source, from + Math.min(5, last) * stride).reinterpretAsInts();
        IntVector s0r6 = FloatVector.fromArray(F, source, from + Math.min(6, last) * stride).reinterpretAsInts();
        IntVector s0r7 = FloatVector.fromArray(F, source, from + Math.min(7, last) * stride).reinterpretAsInts();
        IntVector s0r8 = FloatVector.fromArray(F, source, from + Math.min(8, last) * stride).reinterpretAsInts();
        IntVector s0r9 = FloatVector.fromArray(F, source, from + Math.min(9, last) * stride).reinterpretAsInts();
        IntVector s0r10 = FloatVector.fromArray(F, source, from + Math.min(10, last) * stride).reinterpretAsInts();
        IntVector s0r11 = FloatVector.fromArray(F, source, from + Math.min(11, last) * stride).reinterpretAsInts();
        IntVector s0r12 = FloatVector.fromArray(F, source, from + Math.min(12, last) * stride).reinterpretAsInts();
        IntVector s0r13 = FloatVector.fromArray(F, source, from + Math.min(13, last) * stride).reinterpretAsInts();
        IntVector s0r14 = FloatVector.fromArray(F, source, from + Math.min(14, last) * stride).reinterpretAsInts();
        IntVector s0r15 = FloatVector.fromArray(F, source, from + Math.min(15, last) * stride).reinterpretAsInts();
        IntVector s1r0 = LOW1.selectFrom(s0r0, s0r1);
        IntVector s1r1 = HIGH1.selectFrom(s0r0, s0r1);
        IntVector s1r2 = LOW1.selectFrom(s0r2, s0r3);
        IntVector s1r3 = HIGH1.selectFrom(s0r2, s0r3);
        IntVector s1r4 = LOW1.selectFrom(s0r4, s0r5);
        IntVector s1r5 = HIGH1.selectFrom(s0r4, s0r5);
        IntVector s1r6 = LOW1.selectFrom(s0r6, s0r7);
        IntVector s1r7 = HIGH1.selectFrom(s0r6, s0r7);
        IntVector s1r8 = LOW1.selectFrom(s0r8, s0r9);
        IntVector s1r9 = HIGH1.selectFrom(s0r8, s0r9);
        IntVector s1r10 = LOW1.selectFrom(s0r10, s0r11);
        IntVector s1r11 = HIGH1.selectFrom(s0r10, s0r11);
        IntVector s1r12 = LOW1.selectFrom(s0r12, s0r13);
        IntVector s1r13 = HIGH1.selectFrom(s0r12, s0r13);
        IntVector s1r14 = LOW1.selectFrom(s0r14, s0r15);
        IntVector s1r15 = HIGH1.selectFrom(s0r14, s0r15);
        IntVector s2r0 = LOW2.selectFrom(s1r0, s1r2);
        IntVector s2r2 = HIGH2.selectFrom(s1r0, s1r2);
        IntVector s2r1 = LOW2.selectFrom(s1r1, s1r3);
        IntVector s2r3 = HIGH2.selectFrom(s1r1, s1r3);
        IntVector s2r4 = LOW2.selectFrom(s1r4, s1r6);
        IntVector s2r6 = HIGH2.selectFrom(s1r4, s1r6);
        IntVector s2r5 = LOW2.selectFrom(s1r5, s1r7);
        IntVector s2r7 = HIGH2.selectFrom(s1r5, s1r7);
        IntVector s2r8 = LOW2.selectFrom(s1r8, s1r10);
        IntVector s2r10 = HIGH2.selectFrom(s1r8, s1r10);
        IntVector s2r9 = LOW2.selectFrom(s1r9, s1r11);
        IntVector s2r11 = HIGH2.selectFrom(s1r9, s1r11);
        IntVector s2r12 = LOW2.selectFrom(s1r12, s1r14);
        IntVector s2r14 = HIGH2.selectFrom(s1r12, s1r14);
        IntVector s2r13 = LOW2.selectFrom(s1r13, s1r15);
        IntVector s2r15 = HIGH2.selectFrom(s1r13, s1r15);
        IntVector s3r0 = LOW4.selectFrom(s2r0, s2r4);
        IntVector s3r4 = HIGH4.selectFrom(s2r0, s2r4);
        IntVector s3r1 = LOW4.selectFrom(s2r1, s2r5);
        IntVector s3r5 = HIGH4.selectFrom(s2r1, s2r5);
        IntVector s3r2 = LOW4.selectFrom(s2r2, s2r6);
        IntVector s3r6 = HIGH4.selectFrom(s2r2, s2r6);
        IntVector s3r3 = LOW4.selectFrom(s2r3, s2r7);
        IntVector s3r7 = HIGH4.selectFrom(s2r3, s2r7);
        IntVector s3r8 = LOW4.selectFrom(s2r8, s2r12);
        IntVector s3r12 = HIGH4.selectFrom(s2r8, s2r12);
        IntVector s3r9 = LOW4.selectFrom(s2r9, s2r13);
        IntVector s3r13 = HIGH4.selectFrom(s2r9, s2r13);
        IntVector s3r10 = LOW4.selectFrom(s2r10, s2r14);
        IntVector s3r14 = HIGH4.selectFrom(s2r10, s2r14);
        IntVector s3r11 = LOW4.selectFrom(s2r11, s2r15);
        IntVector s3r15 = HIGH4.selectFrom(s2r11, s2r15);
        IntVector s4r0 = LOW8.selectFrom(s3r0, s3r8);
        IntVector s4r8 = HIGH8.selectFrom(s3r0, s3r8);
        IntVector s4r1 = LOW8.selectFrom(s3r1, s3r9);
        IntVector s4r9 = HIGH8.selectFrom(s3r1, s3r9);
        IntVector s4r2 = LOW8.selectFrom(s3r2, s3r10);
        IntVector s4r10 = HIGH8.selectFrom(s3r2, s3r10);
        IntVector s4r3 = LOW8.selectFrom(s3r3, s3r11);
        IntVector s4r11 = HIGH8.selectFrom(s3r3, s3r11);
        IntVector s4r4 = LOW8.selectFrom(s3r4, s3r12);
        IntVector s4r12 = HIGH8.selectFrom(s3r4, s3r12);
        IntVector s4r5 = LOW8.selectFrom(s3r5, s3r13);
        IntVector s4r13 = HIGH8.selectFrom(s3r5, s3r13);
        IntVector s4r6 = LOW8.selectFrom(s3r6, s3r14);
        IntVector s4r14 = HIGH8.selectFrom(s3r6, s3r14);
        IntVector s4r7 = LOW8.selectFrom(s3r7, s3r15);
        IntVector s4r15 = HIGH8.selectFrom(s3r7, s3r15);
        s4r0.reinterpretAsFloats().intoArray(target, to + 0 * width);
        s4r1.reinterpretAsFloats().intoArray(target, to + 1 * width);
        s4r2.reinterpretAsFloats().intoArray(target, to + 2 * width);
        s4r3.reinterpretAsFloats().intoArray(target, to + 3 * width);
        s4r4.reinterpretAsFloats().intoArray(target, to + 4 * width);
        s4r5.reinterpretAsFloats().intoArray(target, to + 5 * width);
        s4r6.reinterpretAsFloats().intoArray(target, to + 6 * width);
        s4r7.reinterpretAsFloats().intoArray(target, to + 7 * width);
        s4r8.reinterpretAsFloats().intoArray(target, to + 8 * width);
        s4r9.reinterpretAsFloats().intoArray(target, to + 9 * width);
        s4r10.reinterpretAsFloats().intoArray(target, to + 10 * width);
        s4r11.reinterpretAsFloats().intoArray(target, to + 11 * width);
        s4r12.reinterpretAsFloats().intoArray(target, to + 12 * width);
        s4r13.reinterpretAsFloats().intoArray(target, to + 13 * width);
        s4r14.reinterpretAsFloats().intoArray(target, to + 14 * width);
        s4r15.reinterpretAsFloats().intoArray(target, to + 15 * width);
    }

    /** The lanes (0 .. 2 L - 1) of a pair of rows that one butterfly stage puts into its lower or upper row. */
    private static IntVector pairing(int step, boolean upper) {
        int[] from = new int[L];
        for (int lane = 0; lane < L; lane++) {
            boolean right = (lane & step) != 0;
            from[lane] = upper ? (right ? L + lane : (lane + step) % L) : (right ? L + lane - step : lane);
        }
        return IntVector.fromArray(I, from, 0);
    }
}
