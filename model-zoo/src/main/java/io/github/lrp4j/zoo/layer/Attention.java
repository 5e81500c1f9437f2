package io.github.lrp4j.zoo.layer;

import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.AttentionSpec;

/**
 * {@code softmax(scale q k^T + bias) v}, with forbidden places at minus infinity before the softmax: what all attention
 * modules share (Vaswani et al., arXiv 1706.03762, equation 1).
 */
public final class Attention {
    private Attention() {
    }

    /**
     * Records it in the wanted form.
     *
     * @param q {@code [N, heads, L, E]}
     * @param k {@code [N, heads, S, E]}
     * @param v {@code [N, heads, S, Ev]}
     * @param bias added to the scaled products, broadcast to {@code [N, heads, L, S]}; null for none. A learned bias takes
     *     relevance of its own, so attention with one is always written out
     * @param forbidden BOOL, broadcast against {@code [N, heads, L, S]}, true where a key must not be read; null for none
     * @param scale factor of the products
     * @return {@code [N, heads, L, Ev]}
     */
    public static Value of(Value q, Value k, Value v, Value bias, Tensor forbidden, double scale, Form form) {
        if (form == Form.FUSED && bias == null) {
            return fused(q, k, v, forbidden, scale);
        }
        Value scores = q.matmul(k.transpose(-2, -1));
        scores = scale == 1 ? scores : scores.scale(scale);
        scores = bias == null ? scores : scores.add(bias);
        Value open = forbidden == null
                ? scores
                : scores.maskedFill(scores.tape().constant(forbidden), Double.NEGATIVE_INFINITY);
        return open.softmax(-1).matmul(v);
    }

    private static Value fused(Value q, Value k, Value v, Tensor forbidden, double scale) {
        Value mask = forbidden == null ? null : q.tape().constant(opposite(forbidden));
        return q.scaledDotProductAttention(k, v, mask, AttentionSpec.of(scale));
    }

    /** The op's masks say what may be read. */
    private static Tensor opposite(Tensor forbidden) {
        int[] places = forbidden.toIntArray();
        byte[] allowed = new byte[places.length];
        for (int i = 0; i < allowed.length; i++) {
            allowed[i] = (byte) (1 - places[i]);
        }
        return Tensor.of(allowed, DType.BOOL, forbidden.shape());
    }
}
