package io.github.lrp4j.autograd.op;

import io.github.lrp4j.autograd.Attention;
import io.github.lrp4j.autograd.Keeps;
import io.github.lrp4j.autograd.Outputs;
import io.github.lrp4j.autograd.Saved;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Attended;
import io.github.lrp4j.tensor.kernels.AttentionSpec;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.Arrays;
import java.util.List;

/**
 * {@code y_i = sum_j p_ij v_j} with {@code p = softmax(scale q k^T + mask)} along the keys (Vaswani et al., arXiv
 * 1706.03762, eq. 1), without holding all of p at any time.
 *
 * <p>Operands: q {@code [..., L, E]}, k {@code [..., S, E]}, v {@code [..., S, Ev]}, and perhaps a mask that broadcasts to
 * {@code [..., L, S]}: BOOL (true: may attend) or floating (added to the scores). Leading dimensions broadcast. Adjoint:
 * with {@code dp = g v^T} and {@code ds = p (dp - sum(p dp))}, {@code scale ds k} to q, {@code scale ds^T q} to k,
 * {@code p^T g} to v, ds to a floating mask. A query that may attend to nothing gets 0 and passes no cotangent on. NaN in a
 * query, or in any key or value that it sees, makes its output NaN.
 *
 * @param spec scale, causality, grouping of heads
 */
public record ScaledDotProductAttention(AttentionSpec spec) implements Attention {
    @Override
    public String name() {
        return "scaled_dot_product_attention";
    }

    @Override
    public Outputs forward(Kernels kernels, List<Tensor> operands) {
        Attended attended = kernels.attention(operands.get(QUERY), operands.get(KEY), operands.get(VALUE),
                operands.size() > MASK ? operands.get(MASK) : null, spec);
        return Outputs.of(attended.output(), attended.logSumExp());
    }

    @Override
    public Keeps keeps(boolean[] wanted) {
        return wanted.length > MASK ? Keeps.operands(QUERY, KEY, VALUE, MASK) : Keeps.operands(QUERY, KEY, VALUE);
    }

    @Override
    public Tensor[] vjp(Saved saved, Tensor[] cotangents, boolean[] wanted) {
        Tensor[] all = saved.kernels().attentionVjp(cotangents[0], saved.operand(QUERY), saved.operand(KEY),
                saved.operand(VALUE), wanted.length > MASK ? saved.operand(MASK) : null, saved.extra(0), spec,
                Arrays.copyOf(wanted, MASK + 1));
        return Arrays.copyOf(all, wanted.length);
    }
}
