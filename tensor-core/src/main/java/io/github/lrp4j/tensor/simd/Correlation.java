package io.github.lrp4j.tensor.simd;

/**
 * {@code y[r, o] = sum_{c, i} w[r, c, i] x[c, o stride + i dilation - padding]} for one image, with weights and geometry
 * that are already prepared.
 */
interface Correlation {
    /**
     * Applies it.
     *
     * @param crew threads to use
     * @param lead buffers for the whole call
     * @param x the image, at its first channel
     * @param y target, {@code [rows, outputs...]} from {@code yOffset}; every element is written
     */
    void apply(Crew crew, Scratch lead, Volume x, float[] y, int yOffset);
}
