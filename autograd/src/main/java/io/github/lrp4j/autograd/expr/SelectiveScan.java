package io.github.lrp4j.autograd.expr;

import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** The selective state space of Mamba (Gu and Dao, arXiv 2312.00752, algorithm 2), written out step by step. */
public final class SelectiveScan {
    private SelectiveScan() {
    }

    /**
     * {@code h_t = exp(dt_t a) h_(t-1) + dt_t b_t x_t}, {@code y_t = c_t h_t + d x_t}, from {@code h_0 = 0}.
     *
     * @param x {@code [N, T, D]}, T at least 1
     * @param dt step widths, {@code [N, T, D]}, positive
     * @param a {@code [D, S]}, usually negative
     * @param b {@code [N, T, S]}
     * @param c {@code [N, T, S]}
     * @param d {@code [D]}, or null
     * @return {@code [N, T, D]}
     */
    public static Value of(Value x, Value dt, Value a, Value b, Value c, Value d) {
        if (x.shape().rank() != 3 || x.shape().size(1) == 0 || !dt.shape().equals(x.shape())
                || a.shape().rank() != 2 || a.shape().size(0) != x.shape().size(2)
                || !b.shape().equals(x.shape().with(2, a.shape().size(1))) || !c.shape().equals(b.shape())) {
            throw new IllegalArgumentException(
                    "selective_scan: x and dt must be [N, T, D], a [D, S], b and c [N, T, S], x "
                            + x.shape() + ", dt " + dt.shape() + ", a " + a.shape() + ", b " + b.shape() + ", c "
                            + c.shape());
        }
        Value step = dt.unsqueeze(3);
        List<Value> decay = step.mul(a).exp().unbind(1);
        List<Value> inflow = step.mul(b.unsqueeze(2)).mul(x.unsqueeze(3)).unbind(1);
        List<Value> read = c.unsqueeze(3).unbind(1);
        List<Value> outputs = new ArrayList<>();
        Value h = x.tape().constant(Tensor.zeros(x.tensor().dtype(),
                Shape.of(x.shape().size(0), x.shape().size(2), a.shape().size(1))));
        for (int t = 0; t < decay.size(); t++) {
            h = decay.get(t).mul(h).add(inflow.get(t));
            outputs.add(h.matmul(read.get(t)).squeeze(2));
        }
        Value y = Value.stack(1, outputs.toArray(Value[]::new));
        return d == null ? y : y.add(x.mul(d));
    }
}
