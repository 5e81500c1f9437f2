package io.github.lrp4j.zoo.layer;

import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.tensor.Tensor;

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
     * @param forbidden BOOL, broadcast against {@code [N, heads, L, S]}, true where a key must not be read; null for none
     * @param scale factor of the products
     * @return {@code [N, heads, L, Ev]}
     */
    public static Value of(Value q, Value k, Value v, Tensor forbidden, double scale, AttentionForm form) {
        return switch (form) {
            case FUSED -> fused(q, k, v, forbidden, scale);
            case EXPLICIT -> {
                Value scores = q.matmul(k.transpose(-2, -1)).scale(scale);
                Value open = forbidden == null
                        ? scores
                        : scores.maskedFill(scores.tape().constant(forbidden), Double.NEGATIVE_INFINITY);
                yield open.softmax(-1).matmul(v);
            }
        };
    }

    private static Value fused(Value q, Value k, Value v, Tensor forbidden, double scale) {
        return of(q, k, v, forbidden, scale, AttentionForm.EXPLICIT);
    }
}
