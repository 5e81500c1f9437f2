package io.github.lrp4j.tensor.kernels;

/**
 * How queries meet keys in {@code softmax(scale q k^T + mask) v}.
 *
 * @param scale factor of the scores, usually {@code 1 / sqrt(width of a head)}
 * @param causal whether query i sees only the keys {@code j <= i}, counted from the first of both
 * @param grouped whether a head of keys and values serves several heads of queries, side by side along dimension -3:
 *     with {@code r} query heads per key head, head h of the keys serves the query heads {@code h r .. h r + r - 1}
 */
public record AttentionSpec(double scale, boolean causal, boolean grouped) {
    /** Every query sees every key. */
    public static AttentionSpec of(double scale) {
        return new AttentionSpec(scale, false, false);
    }

    /** {@code 1 / sqrt(width)}. */
    public static AttentionSpec ofWidth(int width) {
        return of(1 / Math.sqrt(width));
    }

    /** The same with a causal mask. */
    public AttentionSpec causally() {
        return new AttentionSpec(scale, true, grouped);
    }

    /** The same with key heads that serve several query heads. */
    public AttentionSpec inGroups() {
        return new AttentionSpec(scale, causal, true);
    }
}
