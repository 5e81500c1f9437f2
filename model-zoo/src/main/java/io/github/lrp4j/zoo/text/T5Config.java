package io.github.lrp4j.zoo.text;

/**
 * Shape of a T5 (Raffel et al., arXiv 1910.10683), in the terms of Hugging Face's {@code config.json}.
 *
 * @param vocabulary {@code vocab_size}
 * @param width {@code d_model}
 * @param headWidth {@code d_kv}
 * @param hidden {@code d_ff}
 * @param layers {@code num_layers}, of the encoder
 * @param decoderLayers {@code num_decoder_layers}
 * @param heads {@code num_heads}; their width need not add up to that of the model
 * @param buckets {@code relative_attention_num_buckets}
 * @param maxDistance {@code relative_attention_max_distance}
 * @param activation {@code dense_act_fn}: relu in the first version, gelu_new since version 1.1
 * @param gated whether the MLP has a second branch that multiplies the activation
 * @param tied whether the table of words is the last layer as well, and the states are scaled by {@code width^-1/2} for it
 * @param eps {@code layer_norm_epsilon}
 * @param padding {@code pad_token_id}
 * @param start {@code decoder_start_token_id}
 * @param end {@code eos_token_id}
 */
public record T5Config(int vocabulary, int width, int headWidth, int hidden, int layers, int decoderLayers, int heads,
        int buckets, int maxDistance, TextActivation activation, boolean gated, boolean tied, double eps, int padding,
        int start, int end) {
    /** Checks. */
    public T5Config {
        int least = Math.min(Math.min(Math.min(vocabulary, width), Math.min(headWidth, hidden)),
                Math.min(Math.min(layers, decoderLayers), heads));
        if (least < 1 || (long) heads * headWidth > Integer.MAX_VALUE || buckets < 4 || maxDistance <= buckets / 2) {
            throw new IllegalArgumentException(
                    "t5: sizes must be positive, buckets at least 4 and the longest distance "
                            + "above half of them: vocabulary " + vocabulary + ", width " + width + ", head "
                            + headWidth
                            + ", hidden " + hidden + ", layers " + layers + " and " + decoderLayers + ", heads " + heads
                            + ", buckets " + buckets + ", distance " + maxDistance);
        }
    }

    /** Version 1.1, which Flan-T5 shares: gated, with a last layer of its own. */
    private static T5Config flan(int width, int headWidth, int hidden, int layers, int heads) {
        return new T5Config(32128, width, headWidth, hidden, layers, layers, heads, 32, 128, TextActivation.GELU_NEW,
                true, false, 1e-6, 0, 0, 1);
    }

    /** {@code google/flan-t5-small}. */
    public static T5Config flanSmall() {
        return flan(512, 64, 1024, 8, 6);
    }

    /** {@code google/flan-t5-base}. */
    public static T5Config flanBase() {
        return flan(768, 64, 2048, 12, 12);
    }

    /** {@code google/flan-t5-large}. */
    public static T5Config flanLarge() {
        return flan(1024, 64, 2816, 24, 16);
    }

    /** {@code google/flan-t5-xl}. */
    public static T5Config flanXl() {
        return flan(2048, 64, 5120, 24, 32);
    }

    /** {@code t5-small}, the first version. */
    public static T5Config small() {
        return new T5Config(32128, 512, 64, 2048, 6, 6, 8, 32, 128, TextActivation.RELU, false, true, 1e-6, 0, 0, 1);
    }

    /**
     * Which of the learned distances {@code key - query} falls into: half of the buckets for single distances, the others
     * growing with the logarithm up to {@code maxDistance}.
     *
     * @param bidirectional whether keys behind the query have buckets of their own
     */
    int bucket(int distance, boolean bidirectional) {
        int count = bidirectional ? buckets / 2 : buckets;
        int first = bidirectional && distance > 0 ? count : 0;
        int far = bidirectional ? Math.abs(distance) : Math.max(-distance, 0);
        int exact = count / 2;
        if (far < exact) {
            return first + far;
        }
        // float32, as the reference computes it: a boundary must fall on the same side.
        float position = (float) Math.log((float) far / exact) / (float) Math.log((double) maxDistance / exact)
                * (count - exact);
        return first + Math.min(exact + (int) position, count - 1);
    }
}
