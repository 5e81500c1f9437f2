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
        LoopNest.Walk result = kept.from(0);
        for (double sum : sums) {
            out[result.target] = (float) (sum * factor);
            result.next();
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
                LoopNest.Walk result = kept.from(from);
                for (int k = from; k < to; k++, result.next()) {
                    LoopNest.Walk round = outer.from(0);
                    for (int r = 0; r < rounds; r++, round.next()) {
                        sums[k] += run(source.array, source.at + result.source + round.source, run, 0, run.size(),
                                precise);
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
            LoopNest.Walk result = kept.from(from);
            for (int k = from; k < to; k++, result.next()) {
                float best = largest ? Float.NEGATIVE_INFINITY : Float.POSITIVE_INFINITY;
                LoopNest.Walk round = outer.from(0);
                for (int r = 0; r < rounds; r++, round.next()) {
                    int start = source.at + result.source + round.source;
                    best = largest
                            ? Math.max(best, Runs.max(source.array, start, n))
                            : Math.min(best, Runs.min(source.array, start, n));
                }
                out[result.target] = best;
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
            double[] result = new double[COLUMNS];
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
        float[] part = new float[COLUMNS];
        LoopNest.Walk row = outer.from(0);
        for (int r = 0; r < rows; r += ROWS) {
            int n = Math.min(ROWS, rows - r);
            for (int i = 0; i < n; i++, row.next()) {
                starts[i] = from + row.source;
            }
            columnSums(source.array(), starts, n, count, part);
            Runs.addTo(sums, part, 0, count);
        }
        for (int c = 0; c < count; c++) {
            if (!Double.isFinite(sums[c])) {
                sums[c] = slowColumnSum(source.array, from + c, outer);
            }
        }
    }

    /** {@code sums[c] = sum over the n rows of x[starts[row] + c]}. */
    private static void columnSums(float[] x, int[] starts, int n, int count, float[] sums) {
        int c = 0;
        for (; c <= count - 2 * LANES; c += 2 * LANES) {
            FloatVector left = FloatVector.zero(F);
            FloatVector right = left;
            for (int i = 0; i < n; i++) {
                left = left.add(FloatVector.fromArray(F, x, starts[i] + c));
                right = right.add(FloatVector.fromArray(F, x, starts[i] + c + LANES));
            }
            left.intoArray(sums, c);
            right.intoArray(sums, c + LANES);
        }
        for (; c < count; c += LANES) {
            VectorMask<Float> in = F.indexInRange(c, count);
            FloatVector sum = FloatVector.zero(F);
            for (int i = 0; i < n; i++) {
                sum = sum.add(FloatVector.fromArray(F, x, starts[i] + c, in));
            }
            sum.intoArray(sums, c, in);
        }
    }

    private static double slowColumnSum(float[] x, int at, LoopNest outer) {
        double sum = 0;
        LoopNest.Walk row = outer.from(0);
        for (int r = 0; r < outer.count(); r++, row.next()) {
            sum += x[at + row.source];
        }
        return sum;
    }

    private static void extremeColumns(Source source, int from, int count, LoopNest outer, double[] best,
            boolean largest) {
        int rows = outer.count();
        float[] fold = new float[COLUMNS + LANES];
        Arrays.fill(fold, largest ? Float.NEGATIVE_INFINITY : Float.POSITIVE_INFINITY);
        LoopNest.Walk walk = outer.from(0);
        for (int r = 0; r < rows; r++, walk.next()) {
            int start = from + walk.source;
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
