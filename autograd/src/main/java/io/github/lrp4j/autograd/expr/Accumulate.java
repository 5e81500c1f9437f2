package io.github.lrp4j.autograd.expr;

import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.autograd.op.IndexAdd;
import io.github.lrp4j.autograd.op.ScatterAdd;

/** Sums at positions that an index names: the counterparts of {@link Value#gather} and {@link Value#indexSelect}. */
public final class Accumulate {
    private Accumulate() {
    }

    /** {@code base} with {@code base[index[i][j]][j] += source[i][j]} (for dim 0); the index is int64, of source's shape. */
    public static Value scatterAdd(Value base, int dim, Value index, Value source) {
        return base.tape().apply(new ScatterAdd(base.axis("scatter_add", dim)), base, index, source);
    }

    /** {@code base} with {@code base[index[i]] += source[i]} along {@code dim}; the index is an int64 vector. */
    public static Value indexAdd(Value base, int dim, Value index, Value source) {
        return base.tape().apply(new IndexAdd(base.axis("index_add", dim)), base, index, source);
    }
}
