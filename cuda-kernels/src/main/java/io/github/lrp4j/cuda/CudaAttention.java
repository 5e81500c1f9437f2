package io.github.lrp4j.cuda;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Storage;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Attended;
import io.github.lrp4j.tensor.kernels.AttentionHeads;
import io.github.lrp4j.tensor.kernels.AttentionSpec;
import io.github.lrp4j.tensor.kernels.Operands;
import io.github.lrp4j.tensor.kernels.Reduction;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code softmax(scale q k^T + mask) v} and its adjoint, a tile of queries at a time: {@link Products} multiply all heads at
 * once, {@code attention.cu} does the rest of a tile in one kernel.
 *
 * <p>A tile of scores is small enough for the caches of a large device.
 */
final class CudaAttention {
    private static final int THREADS = 256;
    private static final int WARP = 32;

    private final DeviceTensors tensors;
    private final CudaLayout layout;
    private final MatrixProducts products;
    private final CudaReductions reductions;
    private final int mostRows;

    CudaAttention(DeviceTensors tensors) {
        this(tensors, Integer.MAX_VALUE);
    }

    /** @param mostRows of a head in a tile, which may have fewer */
    CudaAttention(DeviceTensors tensors, int mostRows) {
        this.tensors = tensors;
        this.mostRows = mostRows;
        layout = new CudaLayout(tensors);
        products = new MatrixProducts(tensors);
        reductions = new CudaReductions(tensors);
    }

    Attended attention(Tensor q, Tensor k, Tensor v, Tensor mask, AttentionSpec spec) {
        AttentionHeads heads = heads(q, k, v, mask, spec);
        Call call = new Call(heads, spec, heads.resultType());
        Tensor output = tensors.allocate(call.type, call.matrices(heads.queries(), heads.v().size(-1)));
        Tensor statistics = tensors.allocate(call.type, call.matrices(heads.queries(), 1));
        int step = step(heads);
        for (int from = 0; from == 0 || from < heads.queries(); from += step) {
            int to = Math.min(from + step, heads.queries());
            Tensor scores = call.scores(from, to);
            call.probabilities(scores, statistics, from, false);
            products.multiply(1, scores, call.v, 0, heads.rows(output, from, to));
            release(scores);
        }
        return new Attended(output.reshape(heads.outputShape(output.size(-1))),
                statistics.reshape(heads.outputShape(1)));
    }

    Tensor[] attentionVjp(Tensor g, Tensor q, Tensor k, Tensor v, Tensor mask, Tensor logSumExp, AttentionSpec spec,
            boolean[] wanted) {
        AttentionHeads heads = heads(q, k, v, mask, spec);
        heads.requireCotangent(g, logSumExp);
        DType type = Operands.realType(g, Tensor.scalar(0, heads.resultType()));
        Call call = new Call(heads, spec, type);
        Tensor cotangent = heads.apart(layout.typed(g, type));
        Tensor statistics = heads.apart(tensors.dense(logSumExp, type));
        boolean slopes = wanted[0] || wanted[1] || wanted[3];
        Tensor[] perHead = new Tensor[4];
        perHead[0] = wanted[0] ? tensors.allocate(type, call.q.shape()) : null;
        perHead[1] = wanted[1] ? tensors.allocate(type, call.k.shape()) : null;
        perHead[2] = wanted[2] ? tensors.allocate(type, call.v.shape()) : null;
        // The adjoint to a mask is as large as all scores, whatever a tile is.
        int step = wanted[3] ? Math.max(1, heads.queries()) : step(heads);
        for (int from = 0; from == 0 || from < heads.queries(); from += step) {
            int to = Math.min(from + step, heads.queries());
            Tensor upstream = heads.rows(cotangent, from, to);
            double kept = from == 0 ? 0 : 1;
            Tensor p = call.scores(from, to);
            Tensor slope = null;
            if (slopes) {
                slope = tensors.allocate(type, p.shape());
                products.multiply(1, upstream, call.v.transpose(-2, -1), 0, slope);
                call.slopes(p, slope, statistics, from);
            } else {
                call.probabilities(p, statistics, from, true);
            }
            if (wanted[0]) {
                products.multiply(spec.scale(), slope, call.k, 0, heads.rows(perHead[0], from, to));
            }
            if (wanted[1]) {
                products.multiply(spec.scale(), slope.transpose(-2, -1), heads.rows(call.q, from, to), kept,
                        perHead[1]);
            }
            if (wanted[2]) {
                products.multiply(1, p.transpose(-2, -1), upstream, kept, perHead[2]);
            }
            release(p);
            if (wanted[3]) {
                perHead[3] = slope;
            } else if (slope != null) {
                release(slope);
            }
        }
        Tensor[] given = {q, k, v, mask};
        for (int i = 0; i < perHead.length; i++) {
            perHead[i] = perHead[i] == null ? null : toOperand(heads, i, perHead[i], given[i].shape());
        }
        return perHead;
    }

    private AttentionHeads heads(Tensor q, Tensor k, Tensor v, Tensor mask, AttentionSpec spec) {
        return new AttentionHeads(tensors.place(q), tensors.place(k), tensors.place(v),
                mask == null ? null : tensors.place(mask), spec);
    }

    private int step(AttentionHeads heads) {
        return Math.min(heads.rowsPerTile(), mostRows);
    }

    /** Summed over the heads that share operand i. */
    private Tensor toOperand(AttentionHeads heads, int i, Tensor perHead, Shape operand) {
        Shape apart = heads.apartShape(i);
        int lead = perHead.rank() - apart.rank();
        List<Integer> shared = new ArrayList<>();
        for (int d = 0; d < perHead.rank(); d++) {
            if (d < lead || (apart.size(d - lead) == 1 && perHead.size(d) != 1)) {
                shared.add(d);
            }
        }
        if (shared.isEmpty()) {
            return perHead.reshape(operand);
        }
        Tensor sum = reductions.reduce(Reduction.SUM, perHead, shared, true);
        release(perHead);
        return sum.reshape(operand);
    }

    private static void release(Tensor temporary) {
        ((Storage.Device) temporary.storage()).release();
    }

    /** The operands of one attention, as the type that it is computed in. */
    private final class Call {
        private final AttentionHeads heads;
        private final AttentionSpec spec;
        private final DType type;
        private final Tensor q;
        private final Tensor k;
        private final Tensor v;
        private final Tensor mask;

        Call(AttentionHeads heads, AttentionSpec spec, DType type) {
            this.heads = heads;
            this.spec = spec;
            this.type = type;
            q = layout.typed(heads.q(), type);
            k = layout.typed(heads.k(), type);
            v = layout.typed(heads.v(), type);
            Tensor given = heads.mask();
            mask = given == null || given.dtype() == DType.BOOL ? given : layout.typed(given, type);
        }

        Shape matrices(int rows, int columns) {
            Shape lead = heads.lead();
            return lead.inserted(lead.rank(), rows).inserted(lead.rank() + 1, columns);
        }

        /** {@code q k^T} of the queries {@code from .. to - 1}. */
        Tensor scores(int from, int to) {
            Tensor scores = tensors.allocate(type, matrices(to - from, heads.keys()));
            products.multiply(1, heads.rows(q, from, to), k.transpose(-2, -1), 0, scores);
            return scores;
        }

        void probabilities(Tensor scores, Tensor statistics, int from, boolean given) {
            long rows = rows(scores);
            if (rows > 0) {
                Arguments call = new Arguments().pointer(addressOrNull(scores)).pointer(tensors.address(statistics));
                tensors.device().launch("attention_probabilities_" + CudaLayout.suffix(type), grid(rows),
                        masked(call, scores, from).i32(given ? 1 : 0).i64(rows));
            }
        }

        void slopes(Tensor scores, Tensor slopes, Tensor statistics, int from) {
            if (scores.elements() > 0) {
                long rows = rows(scores);
                Arguments call = new Arguments().pointer(tensors.address(scores)).pointer(tensors.address(slopes))
                        .pointer(tensors.address(statistics));
                tensors.device().launch("attention_slopes_" + CudaLayout.suffix(type), grid(rows),
                        masked(call, scores, from).i64(rows));
            }
        }

        private long rows(Tensor scores) {
            return heads.lead().elements() * scores.size(-2);
        }

        private Grid grid(long rows) {
            return new Grid(Grid.over(rows * WARP).x(), 1, 1, THREADS, 0);
        }

        /** The mask of the queries of these scores, {@code struct Rows} and the scale. */
        private Arguments masked(Arguments call, Tensor scores, int from) {
            int queries = scores.size(-2);
            Tensor own = mask == null ? null : heads.rows(mask, from, from + queries);
            boolean added = own != null && own.dtype() != DType.BOOL;
            // Where there is no mask, scores do for the view, which is not looked at.
            Tensor rows = own == null || own.elements() == 0 ? scores : own;
            View view = View.of(rows.shape().with(rows.rank() - 1, 1), rows);
            return call.pointer(added ? 0 : addressOrNull(own)).pointer(added ? addressOrNull(own) : 0).view(view)
                    .i64(own == null ? 0 : own.stride(-1)).i32(spec.causal() ? 1 : 0)
                    .ints(from, queries, heads.queries(), heads.keys()).f64(spec.scale());
        }

        private long addressOrNull(Tensor x) {
            return x == null || x.elements() == 0 ? 0 : tensors.address(x);
        }
    }
}
