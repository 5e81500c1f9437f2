package io.github.lrp4j.zoo.text;

/**
 * Shape of a BERT encoder (Devlin et al., arXiv 1810.04805; RoBERTa: Liu et al., arXiv 1907.11692), in the terms of
 * Hugging Face's {@code config.json}.
 *
 * @param family which of the two, and so how positions are counted and which pooling a classifier has
 * @param vocabulary {@code vocab_size}
 * @param width {@code hidden_size}
 * @param layers {@code num_hidden_layers}
 * @param heads {@code num_attention_heads}, a divisor of the width
 * @param hidden {@code intermediate_size}
 * @param positions {@code max_position_embeddings}
 * @param types {@code type_vocab_size}
 * @param padding {@code pad_token_id}
 * @param activation {@code hidden_act}
 * @param eps {@code layer_norm_eps}
 */
public record BertConfig(Family family, int vocabulary, int width, int layers, int heads, int hidden, int positions,
        int types, int padding, TextActivation activation, double eps) {
    /** Kind of encoder. */
    public enum Family {
        /** Positions count from 0. */
        BERT,
        /** Positions count from {@code padding + 1}, over the tokens that are no padding; XLM-RoBERTa too. */
        ROBERTA
    }

    /** Checks. */
    public BertConfig {
        if (vocabulary < 1 || width < 1 || layers < 1 || heads < 1 || hidden < 1 || positions < 1 || types < 1
                || width % heads != 0 || padding < 0 || !(eps > 0)) {
            throw new IllegalArgumentException("bert: sizes must be positive and heads divide the width: vocabulary "
                    + vocabulary + ", width " + width + ", layers " + layers + ", heads " + heads + ", hidden " + hidden
                    + ", positions " + positions + ", types " + types + ", padding " + padding + ", eps " + eps);
        }
    }

    /** The most tokens that the table of positions has room for. */
    public int longest() {
        return positions - (family == Family.ROBERTA ? padding + 1 : 0);
    }

    /** {@code bert-base-uncased}. */
    public static BertConfig bertBase() {
        return new BertConfig(Family.BERT, 30522, 768, 12, 12, 3072, 512, 2, 0, TextActivation.GELU, 1e-12);
    }

    /** {@code bert-large-uncased}. */
    public static BertConfig bertLarge() {
        return new BertConfig(Family.BERT, 30522, 1024, 24, 16, 4096, 512, 2, 0, TextActivation.GELU, 1e-12);
    }

    /** {@code roberta-base}. */
    public static BertConfig robertaBase() {
        return new BertConfig(Family.ROBERTA, 50265, 768, 12, 12, 3072, 514, 1, 1, TextActivation.GELU, 1e-5);
    }

    /** {@code roberta-large}. */
    public static BertConfig robertaLarge() {
        return new BertConfig(Family.ROBERTA, 50265, 1024, 24, 16, 4096, 514, 1, 1, TextActivation.GELU, 1e-5);
    }
}
