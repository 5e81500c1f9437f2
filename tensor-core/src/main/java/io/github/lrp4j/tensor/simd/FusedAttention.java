package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Attended;
import io.github.lrp4j.tensor.kernels.AttentionHeads;
import io.github.lrp4j.tensor.kernels.AttentionSpec;
import java.util.Arrays;

/**
 * {@code softmax(scale q k^T + mask) v} and its adjoint: heads side by side on the threads, each a tile of queries at a
 * time, so that the scores of a tile stay in the second-level cache and no more of them ever exist.
 *
 * <p>Under a causal mask a tile ends at its last query's key.
 */
final class FusedAttention {
    /** Scores of a tile: one megabyte. */
    private static final int TILE = 1 << 18;

    /** Rows beyond which a product gains nothing. */
    private static final int MOST_ROWS = 128;

    private final Crew crew;
    private final Buffers buffers;

    FusedAttention(Crew crew, Buffers buffers) {
        this.crew = crew;
        this.buffers = buffers;
    }

    Attended attention(AttentionHeads heads, AttentionSpec spec) {
        int valueWidth = heads.v().size(-1);
        Shape shape = heads.outputShape(valueWidth);
        Shape statisticsShape = heads.outputShape(1);
        float[] output = buffers.zeros(shape.arrayLength());
        float[] statistics = new float[statisticsShape.arrayLength()];
        HeadScores scores = new HeadScores(heads, spec);
        int queries = heads.queries();
        crew.forEach(heads.lead().arrayLength(), flops(heads), (team, h) -> {
            HeadScores.Head head = scores.head(h);
            float[] tile = new float[tileSize(heads)];
            int step = rows(heads);
            for (int at = 0; at < queries; at += step) {
                int from = at;
                int to = Math.min(queries, from + step);
                int keys = scores.visible(to);
                head.products(team, from, to, keys, tile);
                int first = h * queries + from;
                eachRow(team, to - from, keys, r -> statistics[first + r] = head.softmax(tile, r, from + r, keys));
                new MatrixProduct(team).multiply(Matrix.rowMajor(tile, 0, to - from, keys), null,
                        head.v().slice(0, keys), null, Target.rows(output, first * valueWidth, valueWidth));
            }
        });
        return new Attended(Buffers.result(output, shape), Tensor.of(statistics, statisticsShape));
    }

    /** As {@link io.github.lrp4j.tensor.kernels.Kernels#attentionVjp}, per head: not yet summed over shared operands. */
    Tensor[] vjp(AttentionHeads heads, AttentionSpec spec, Tensor g, Tensor logSumExp, boolean[] wanted) {
        HeadScores scores = new HeadScores(heads, spec);
        Tensor cotangent = heads.apart(g.contiguous());
        float[] statistics = logSumExp.contiguous().toFloatArray();
        float[][] sums = new float[4][];
        Tensor[] views = {heads.q(), heads.k(), heads.v()};
        for (int i = 0; i < 3; i++) {
            sums[i] = wanted[i] ? buffers.zeros(views[i].shape().arrayLength()) : null;
        }
        Shape maskShape = heads.mask() == null ? Shape.SCALAR : heads.apartShape(3);
        sums[3] = wanted[3] ? new float[maskShape.arrayLength()] : null;
        int count = heads.lead().arrayLength();
        Crew.UnitTask adjoint = (team, h) -> new HeadAdjoint(team, scores.head(h), heads, spec, Matrix.of(cotangent)
                .shifted(h * heads.queries() * heads.v().size(-1)), statistics, sums).run();
        if (wanted[3]) {
            // Heads add to one mask: one after the other, in order.
            for (int h = 0; h < count; h++) {
                adjoint.run(crew, h);
            }
        } else {
            crew.forEach(count, 2.5 * flops(heads), adjoint);
        }
        Tensor[] result = new Tensor[4];
        for (int i = 0; i < 3; i++) {
            result[i] = wanted[i] ? Buffers.result(sums[i], views[i].shape()) : null;
        }
        result[3] = wanted[3] ? Tensor.of(sums[3], maskShape) : null;
        return result;
    }

    private static double flops(AttentionHeads heads) {
        return 2.0 * heads.queries() * heads.keys() * (heads.q().size(-1) + heads.v().size(-1) + 8);
    }

    /** Queries of a tile. */
    static int rows(AttentionHeads heads) {
        return Math.clamp(TILE / heads.keys(), 1, Math.min(MOST_ROWS, heads.queries()));
    }

    /** Room for the scores of a tile. */
    static int tileSize(AttentionHeads heads) {
        return Math.multiplyExact(rows(heads), heads.keys());
    }

    /** What happens to a row of scores. */
    @FunctionalInterface
    interface Row {
        void at(int row);
    }

    /** Does the rows {@code 0 .. rows - 1} of n numbers each. */
    static void eachRow(Crew team, int rows, int n, Row work) {
        int ways = Math.min(rows, team.waysToCopy((long) rows * n));
        team.each(ways, part -> {
            for (int r = rows * part / ways; r < rows * (part + 1) / ways; r++) {
                work.at(r);
            }
        });
    }

    /** Adds up the adjoint of one head, tile by tile. */
    private record HeadAdjoint(Crew team, HeadScores.Head head, AttentionHeads heads, AttentionSpec spec, Matrix g,
            float[] statistics, float[][] sums) {
        void run() {
            int queries = heads.queries();
            int width = heads.q().size(-1);
            int valueWidth = heads.v().size(-1);
            int queryAt = head.index() * queries * width;
            int keyAt = head.index() * heads.keys() * width;
            int valueAt = head.index() * heads.keys() * valueWidth;
            boolean toScores = sums[0] != null || sums[1] != null || sums[3] != null;
            int step = rows(heads);
            float[] p = new float[tileSize(heads)];
            float[] slopes = new float[toScores ? p.length : 0];
            float[] product = new float[heads.keys() * Math.max(width, valueWidth)];
            for (int from = 0; from < queries; from += step) {
                int start = from;
                int rows = Math.min(queries, from + step) - from;
                int keys = head.scores().visible(from + rows);
                Matrix upstream = g.slice(from, from + rows);
                head.products(team, from, from + rows, keys, p);
                eachRow(team, rows, keys,
                        r -> head.probabilities(p, r, start + r, keys, statistics[head.index() * queries + start + r]));
                Matrix probabilities = Matrix.rowMajor(p, 0, rows, keys);
                if (sums[2] != null) {
                    addProduct(probabilities.transposed(), upstream, product, sums[2], valueAt, valueWidth);
                }
                if (!toScores) {
                    continue;
                }
                Arrays.fill(slopes, 0, rows * keys, 0);
                new MatrixProduct(team).multiply(upstream, null, head.v().slice(0, keys).transposed(), null,
                        Target.rows(slopes, 0, keys));
                eachRow(team, rows, keys,
                        r -> Softmaxes.softmaxVjpRow(p, r * keys, slopes, r * keys, slopes, r * keys, keys));
                if (sums[3] != null) {
                    head.addToMask(slopes, start, rows, keys, sums[3]);
                }
                scale(slopes, 0, rows * keys);
                Matrix slope = Matrix.rowMajor(slopes, 0, rows, keys);
                if (sums[0] != null) {
                    new MatrixProduct(team).multiply(slope, null, head.k().slice(0, keys), null,
                            Target.rows(sums[0], queryAt + from * width, width));
                }
                if (sums[1] != null) {
                    addProduct(slope.transposed(), head.q().slice(from, from + rows), product, sums[1], keyAt, width);
                }
            }
        }

        private void addProduct(Matrix a, Matrix b, float[] product, float[] sum, int at, int width) {
            int n = a.rows() * width;
            Arrays.fill(product, 0, n, 0);
            new MatrixProduct(team).multiply(a, null, b, null, Target.rows(product, 0, width));
            for (int i = 0; i < n; i++) {
                sum[at + i] += product[i];
            }
        }

        private void scale(float[] x, int from, int n) {
            float factor = (float) spec.scale();
            for (int i = from; i < from + n; i++) {
                x[i] *= factor;
            }
        }
    }
}
