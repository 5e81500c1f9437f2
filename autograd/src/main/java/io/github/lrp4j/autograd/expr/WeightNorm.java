package io.github.lrp4j.autograd.expr;

import io.github.lrp4j.autograd.Value;
import java.util.ArrayList;
import java.util.List;

/** Weight normalisation (Salimans and Kingma, arXiv 1602.07868). */
public final class WeightNorm {
    private WeightNorm() {
    }

    /**
     * {@code w = g v / ||v||} with the norm over all dimensions but {@code dim}.
     *
     * @param v direction, of the shape of w
     * @param g length per entry of {@code dim}, of v's rank with all other sizes 1
     */
    public static Value of(Value v, Value g, int dim) {
        int axis = v.axis("weight_norm", dim);
        List<Integer> others = new ArrayList<>();
        for (int d = 0; d < v.shape().rank(); d++) {
            if (d != axis) {
                others.add(d);
            }
        }
        // With one dimension there is nothing to sum over, and an empty list would mean everything.
        Value norm = others.isEmpty() ? v.abs() : v.square().sum(others, true).sqrt();
        return v.mul(g.div(norm));
    }
}
