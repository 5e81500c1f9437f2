package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Reduction;
import io.github.lrp4j.tensor.parallel.WorkerPool;
import java.util.Arrays;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums, means and extremes over any dimensions, in the order of the source array whatever the order of its dimensions.
 *
 * <p>Work is split by result, or, for few results, into pieces whose size depends on the shape alone; so the number of
 * threads never changes a result.
 */
final class Reductions {
    private static final VectorSpecies<Float> F = Species.F;
    private static final int LANES = F.length();
    /** Elements per part that are worth a thread. */
    private static final int GRAIN = 32_768;
    /** Elements of one piece of a long sum. */
    private static final int PIECE = 32_768;
    /** Columns that are folded side by side. */
    private static final int COLUMNS = 256;
    /** Rows that are added in float32 before float64 takes over. */
    private static final int ROWS = 32;

    private final WorkerPool pool;
    private final Relayout copies;

    Reductions(WorkerPool pool) {
        this.pool = pool;
        copies = new Relayout(pool);
    }

    /** SUM, MEAN, MAX or MIN of a tensor with elements. */
    Tensor reduce(Reduction reduction, Tensor x, List<Integer> dims, boolean keepDims) {
        Shape shape = x.shape().reduced(dims, keepDims);
        int[] steps = targetSteps(x.shape(), dims);
        Source source = source(x, steps);
        float[] out = new float[shape.arrayLength()];
        LoopNest.Axis inner = source.nest.inner();
        boolean rows = inner.target() == 0;
        switch (reduction) {
            case SUM, MEAN -> {
                double factor = reduction == Reduction.SUM ? 1 : (double) out.length / x.elements();
                if (rows) {
                    sumRows(source, out, factor);
                } else {
                    foldColumns(source, (from, count, outer, sums) -> sumColumns(source, from, count, outer, sums),
                            factor, out);
                }
            }
            case MAX, MIN -> {
                boolean largest = reduction == Reduction.MAX;
                if (rows) {
                    extremeRows(source, out, largest);
                } else {
                    foldColumns(source,
                            (from, count, outer, best) -> extremeColumns(source, from, count, outer, best, largest), 1,
                            out);
                }
            }
            case PROD -> throw new IllegalArgumentException("products have no fast path");
        }
        return Tensor.of(out, shape);
    }

    /** Sum of all elements. */
    double total(Tensor x) {
        if (x.elements() == 0) {
            return 0;
        }
        if (x.elements() == 1) {
            return x.item();
        }
        Source source = source(x, new int[x.rank()]);
        return pieces(source, source.nest.where(true), source.nest.where(false), true)[0];
    }

    /** Steps in the result for each dimension of {@code shape}, 0 where it is folded. */
    private static int[] targetSteps(Shape shape, List<Integer> dims) {
        int[] steps = Relayout.steps(shape.reduced(dims, true).rowMajorStrides());
        for (int d = 0; d < steps.length; d++) {
            if (dims.isEmpty() || dims.contains(d)) {
                steps[d] = 0;
            }
        }
        return steps;
    }

    private record Source(float[] array, int at, LoopNest nest) {
    }

    /** The loops over x with step 1 innermost; a copy is made where there is none. */
    private Source source(Tensor x, int[] targetSteps) {
        int[] sizes = x.shape().toArray();
        LoopNest nest = LoopNest.of(sizes, Relayout.steps(x), targetSteps, LoopNest.BY_SOURCE);
        if (nest.inner().source() == 1) {
            return new Source(x.floats(), (int) x.offset(), nest);
        }
        int[] dense = Relayout.steps(x.shape().rowMajorStrides());
        return new Source(copies.copyOf(x), 0, LoopNest.of(sizes, dense, targetSteps, LoopNest.BY_SOURCE));
    }

    // ---- the innermost loop is folded ---------------------------------------------------------------------------

    private void sumRows(Source source, float[] out, double factor) {
        LoopNest kept = source.nest.where(true);
        LoopNest folded = source.nest.where(false);
        double[] sums = pieces(source, kept, folded, false);
        for (int k = 0; k < sums.length; k++) {
            out[kept.target(k)] = (float) (sums[k] * factor);
        }
    }

    /** The sum for each iteration of {@code kept}; {@code precise} where float64 is wanted from the first addition on. */
    private double[] pieces(Source source, LoopNest kept, LoopNest folded, boolean precise) {
        LoopNest.Axis run = folded.inner();
        LoopNest outer = folded.without(run);
        int count = kept.count();
        int rounds = outer.count();
        double[] sums = new double[count];
        if (count > 32 || folded.count() <= 2 * PIECE) {
            pool.forRange(count, Math.max(1, GRAIN / folded.count()), (from, to) -> {
                for (int k = from; k < to; k++) {
                    int at = source.at + kept.source(k);
                    for (int r = 0; r < rounds; r++) {
                        sums[k] += run(source.array, at + outer.source(r), run, 0, run.size(), precise);
                    }
                }
            });
            return sums;
        }
        int perRun = (run.size() + PIECE - 1) / PIECE;
        int perSum = rounds * perRun;
        double[] partial = new double[count * perSum];
        pool.forRange(partial.length, Math.max(1, GRAIN / Math.min(PIECE, run.size())), (from, to) -> {
            for (int p = from; p < to; p++) {
                int start = p % perRun * PIECE;
                int at = source.at + kept.source(p / perSum) + outer.source(p % perSum / perRun);
                partial[p] = run(source.array, at, run, start, Math.min(PIECE, run.size() - start), precise);
            }
        });
        for (int p = 0; p < partial.length; p++) {
            sums[p / perSum] += partial[p];
        }
        return sums;
    }

    private static double run(float[] array, int at, LoopNest.Axis run, int start, int n, boolean precise) {
        if (run.source() == 0) {
            return (double) array[at] * n;
        }
        return precise ? Runs.preciseSum(array, at + start, n) : Runs.sum(array, at + start, n);
    }

    private void extremeRows(Source source, float[] out, boolean largest) {
        LoopNest kept = source.nest.where(true);
        LoopNest folded = source.nest.where(false);
        LoopNest.Axis run = folded.inner();
        LoopNest outer = folded.without(run);
        int rounds = outer.count();
        int n = run.source() == 1 ? run.size() : 1;
        pool.forRange(out.length, Math.max(1, GRAIN / folded.count()), (from, to) -> {
            for (int k = from; k < to; k++) {
                int at = source.at + kept.source(k);
                float best = largest ? Float.NEGATIVE_INFINITY : Float.POSITIVE_INFINITY;
                for (int r = 0; r < rounds; r++) {
                    int start = at + outer.source(r);
                    best = largest
                            ? Math.max(best, Runs.max(source.array, start, n))
                            : Math.min(best, Runs.min(source.array, start, n));
                }
                out[kept.target(k)] = best;
            }
        });
    }

    // ---- the innermost loop is kept: whole rows are folded onto each other ----------------------------------------

    /** Folds some columns. */
    @FunctionalInterface
    private interface ColumnFold {
        /** Folds the {@code count} columns from array position {@code from} on over the loops {@code outer}. */
        void apply(int from, int count, LoopNest outer, double[] result);
    }

    private void foldColumns(Source source, ColumnFold fold, double factor, float[] out) {
        LoopNest.Axis inner = source.nest.inner();
        LoopNest kept = source.nest.where(true).without(inner);
        LoopNest outer = source.nest.where(false);
        int blocks = (inner.size() + COLUMNS - 1) / COLUMNS;
        int cost = Math.min(inner.size(), COLUMNS) * outer.count();
        pool.forRange(kept.count() * blocks, Math.max(1, GRAIN / cost), (first, last) -> {
            double[] result = new double[COLUMNS + LANES];
            for (int b = first; b < last; b++) {
                int start = b % blocks * COLUMNS;
                int count = Math.min(COLUMNS, inner.size() - start);
                fold.apply(source.at + kept.source(b / blocks) + start, count, outer, result);
                int at = kept.target(b / blocks) + start * inner.target();
                for (int c = 0; c < count; c++) {
                    out[at + c * inner.target()] = (float) (result[c] * factor);
                }
            }
        });
    }

    private static void sumColumns(Source source, int from, int count, LoopNest outer, double[] sums) {
        Arrays.fill(sums, 0);
        int rows = outer.count();
        int[] starts = new int[ROWS];
        for (int r = 0; r < rows; r += ROWS) {
            int n = Math.min(ROWS, rows - r);
            for (int i = 0; i < n; i++) {
                starts[i] = from + outer.source(r + i);
            }
            for (int c = 0; c < count; c += LANES) {
                VectorMath.addTo(sums, c, columnSum(source.array, starts, n, c, F.indexInRange(c, count)));
            }
        }
        for (int c = 0; c < count; c++) {
            if (!Double.isFinite(sums[c])) {
                sums[c] = slowColumnSum(source.array, from + c, outer);
            }
        }
    }

    private static FloatVector columnSum(float[] x, int[] starts, int n, int column, VectorMask<Float> in) {
        FloatVector even = FloatVector.zero(F);
        FloatVector odd = even;
        int i = 0;
        for (; i < n - 1; i += 2) {
            even = even.add(FloatVector.fromArray(F, x, starts[i] + column, in));
            odd = odd.add(FloatVector.fromArray(F, x, starts[i + 1] + column, in));
        }
        if (i < n) {
            even = even.add(FloatVector.fromArray(F, x, starts[i] + column, in));
        }
        return even.add(odd);
    }

    private static double slowColumnSum(float[] x, int at, LoopNest outer) {
        double sum = 0;
        for (int r = 0; r < outer.count(); r++) {
            sum += x[at + outer.source(r)];
        }
        return sum;
    }

    private static void extremeColumns(Source source, int from, int count, LoopNest outer, double[] best,
            boolean largest) {
        int rows = outer.count();
        float[] fold = new float[COLUMNS + LANES];
        Arrays.fill(fold, largest ? Float.NEGATIVE_INFINITY : Float.POSITIVE_INFINITY);
        for (int r = 0; r < rows; r++) {
            int start = from + outer.source(r);
            for (int c = 0; c < count; c += LANES) {
                VectorMask<Float> in = F.indexInRange(c, count);
                FloatVector row = FloatVector.fromArray(F, source.array, start + c, in);
                FloatVector soFar = FloatVector.fromArray(F, fold, c);
                FloatVector folded = largest
                        ? soFar.lanewise(VectorOperators.MAX, row, in)
                        : soFar.lanewise(VectorOperators.MIN, row, in);
                folded.intoArray(fold, c);
            }
        }
        for (int c = 0; c < count; c++) {
            best[c] = fold[c];
        }
    }
}
