package io.github.lrp4j.evaluate;

import io.github.lrp4j.tensor.Tensor;

/**
 * {@code R = A(f, x, t)}: how much each cell of an input counts for one class of it; whatever can be evaluated.
 *
 * <p>One is written in a few lines:
 * <pre>{@code
 * record InputXGradient() implements Attribution {
 *     public String name() {
 *         return "input-x-gradient";
 *     }
 *
 *     public Tensor of(Batch batch) {
 *         return batch.kernels().binary(BinaryFn.MUL, batch.inputs(), batch.gradient(batch.inputs()));
 *     }
 * }
 * }</pre>
 *
 * <p>An attribution has no state, and treats each sample by itself: what it says of a picture does not depend on the
 * others in the batch, beyond the rounding of products of other sizes. One that draws numbers draws them from {@link
 * Batch#random}, which follows from a seed and the sample alone.
 */
public interface Attribution {
    /** What tables and files call it: {@code integrated-gradients}. */
    String name();

    /**
     * Relevance of the inputs for the target of each.
     *
     * @return of the shape of the inputs; one that cannot tell channels apart gives {@code [N, 1, H, W]}
     */
    Tensor of(Batch batch);
}
