package io.github.lrp4j.tensor.kernels;

import io.github.lrp4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Attention and its adjoint made of other kernels, a tile of queries at a time. */
final class ComposedAttention {
    private static final UnaryFn EXP = UnaryFn.of(UnaryFn.Kind.EXP);
    private static final UnaryFn LOG = UnaryFn.of(UnaryFn.Kind.LOG);

    private final Kernels kernels;
    private final AttentionHeads heads;
    private final UnaryFn scale;

    ComposedAttention(Kernels kernels, AttentionHeads heads, AttentionSpec spec) {
        this.kernels = kernels;
        this.heads = heads;
        this.scale = new UnaryFn(UnaryFn.Kind.SCALE, spec.scale(), 0);
    }

    private Tensor scores(int from, int to) {
        return heads.masked(kernels, kernels.unary(scale, heads.products(kernels, from, to)), from, to);
    }

    Attended forward() {
        List<Tensor> outputs = new ArrayList<>();
        List<Tensor> statistics = new ArrayList<>();
        int step = heads.rowsPerTile();
        for (int from = 0; from == 0 || from < heads.queries(); from += step) {
            Tensor x = scores(from, Math.min(from + step, heads.queries()));
            Tensor lse = logSumExp(x);
            statistics.add(lse);
            outputs.add(kernels.matmul(heads.probabilities(kernels, x, lse), heads.v()));
        }
        Tensor output = joined(outputs);
        return new Attended(output.reshape(heads.outputShape(output.size(-1))),
                joined(statistics).reshape(heads.outputShape(1)));
    }

    private Tensor logSumExp(Tensor x) {
        List<Integer> last = List.of(x.rank() - 1);
        Tensor none = Tensor.scalar(Double.NEGATIVE_INFINITY, x.dtype());
        Tensor zero = Tensor.scalar(0, x.dtype());
        if (x.size(-1) == 0) {
            return Tensor.full(Double.NEGATIVE_INFINITY, x.dtype(), x.shape().with(-1, 1)).contiguous();
        }
        Tensor max = kernels.reduce(Reduction.MAX, x, last, true);
        Tensor shift = kernels.where(kernels.binary(BinaryFn.EQUAL, max, none), zero, max);
        Tensor sum =
                kernels.reduce(Reduction.SUM, kernels.unary(EXP, kernels.binary(BinaryFn.SUB, x, shift)), last, true);
        return kernels.binary(BinaryFn.ADD, kernels.unary(LOG, sum), shift);
    }

    Tensor[] vjp(Tensor g, Tensor logSumExp, boolean[] wanted) {
        Tensor cotangent = heads.apart(g);
        Tensor lse = heads.apart(logSumExp);
        List<Tensor> q = new ArrayList<>();
        List<Tensor> mask = new ArrayList<>();
        Tensor k = null;
        Tensor v = null;
        boolean scores = wanted[0] || wanted[1] || wanted[3];
        int step = heads.rowsPerTile();
        for (int from = 0; from == 0 || from < heads.queries(); from += step) {
            int to = Math.min(from + step, heads.queries());
            Tensor upstream = heads.rows(cotangent, from, to);
            Tensor p = heads.probabilities(kernels, scores(from, to), heads.rows(lse, from, to));
            v = wanted[2] ? sum(v, kernels.matmul(p.transpose(-2, -1), upstream)) : null;
            if (!scores) {
                continue;
            }
            Tensor slope = kernels.softmaxVjp(p, kernels.matmul(upstream, heads.v().transpose(-2, -1)), p.rank() - 1);
            if (wanted[3]) {
                mask.add(slope);
            }
            Tensor scaled = kernels.unary(scale, slope);
            if (wanted[0]) {
                q.add(kernels.matmul(scaled, heads.k()));
            }
            k = wanted[1]
                    ? sum(k, kernels.matmul(scaled.transpose(-2, -1), heads.rows(heads.q(), from, to)))
                    : null;
        }
        Tensor[] result = new Tensor[4];
        result[0] = wanted[0] ? heads.toOperand(kernels, 0, joined(q)) : null;
        result[1] = wanted[1] ? heads.toOperand(kernels, 1, k) : null;
        result[2] = wanted[2] ? heads.toOperand(kernels, 2, v) : null;
        result[3] = wanted[3] ? heads.toOperand(kernels, 3, joined(mask)) : null;
        return result;
    }

    private Tensor sum(Tensor before, Tensor more) {
        return before == null ? more : kernels.binary(BinaryFn.ADD, before, more);
    }

    private Tensor joined(List<Tensor> tiles) {
        Tensor first = tiles.get(0);
        return tiles.size() == 1 ? first : kernels.concat(tiles, first.rank() - 2);
    }
}
