package io.github.lrp4j.zoo.published;

import io.github.lrp4j.zoo.files.ConfigException;
import io.github.lrp4j.zoo.files.ModelConfig;
import io.github.lrp4j.zoo.json.JsonFileException;
import io.github.lrp4j.zoo.published.PublishedModel.EncoderDecoder;
import io.github.lrp4j.zoo.text.T5;
import io.github.lrp4j.zoo.text.T5Config;
import io.github.lrp4j.zoo.text.TextActivation;
import io.github.lrp4j.zoo.weights.Fit;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.List;

/** {@code config.json, weights -> T5}, Flan-T5 or mT5, for generation or question answering, as transformers saves them. */
public final class PublishedT5 {
    /** What {@code model_type} may be. */
    static final List<String> FAMILIES = List.of("t5", "mt5");

    private PublishedT5() {
    }

    /**
     * The shape that a configuration describes. The activation is that of {@code feed_forward_proj}: {@code gated-gelu}
     * means the {@code gelu_new} of version 1.1.
     *
     * @throws ConfigException if a size is missing, or an option is set that there is not here
     */
    public static T5Config config(ModelConfig config) {
        String projection = config.text("feed_forward_proj", config.modelType().equals("mt5") ? "gated-gelu" : "relu");
        boolean gated = projection.startsWith("gated-");
        String named = projection.equals("gated-gelu") ? "gelu_new" : projection.substring(gated ? 6 : 0);
        int layers = config.size("num_layers");
        int padding = config.integer("pad_token_id", 0);
        try {
            return new T5Config(config.size("vocab_size"), config.size("d_model"), config.size("d_kv"),
                    config.size("d_ff"), layers, config.size("num_decoder_layers", layers), config.size("num_heads"),
                    config.size("relative_attention_num_buckets", 32),
                    config.size("relative_attention_max_distance", 128),
                    activation(config, named), gated, config.flag("tie_word_embeddings", true),
                    config.number("layer_norm_epsilon", 1e-6), padding,
                    config.integer("decoder_start_token_id", padding), config.integer("eos_token_id", 1));
        } catch (ConfigException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new ConfigException(config + ": " + e.getMessage());
        }
    }

    /** Files say it twice; {@code dense_act_fn} is what {@code feed_forward_proj} was resolved to. */
    private static TextActivation activation(ModelConfig config, String named) {
        return PublishedBert.activation(config, config.has("dense_act_fn") ? "dense_act_fn" : "feed_forward_proj",
                config.text("dense_act_fn", named));
    }

    /**
     * The model.
     *
     * @param name what messages call it
     * @param strict whether tensors that the model has no use for are refused
     */
    static EncoderDecoder load(String name, ModelConfig json, Weights file, boolean strict) {
        T5Config config = config(json);
        // Files store the one table under any of its names.
        Weights weights = file.tied("shared.weight", "encoder.embed_tokens.weight", "decoder.embed_tokens.weight");
        if (config.tied()) {
            weights = weights.tied("shared.weight", "lm_head.weight");
        }
        T5 model = new T5(config, task(json, weights), weights);
        Fit fit = weights.require(json.toString(), strict);
        return new EncoderDecoder(name, model, fit.unexpected());
    }

    private static T5.Task task(ModelConfig json, Weights weights) {
        List<String> named = json.architectures();
        if (named.isEmpty()) {
            return weights.has("qa_outputs.weight") ? T5.Task.QUESTION_ANSWERING : T5.Task.GENERATION;
        }
        if (named.get(0).endsWith("ForQuestionAnswering")) {
            return T5.Task.QUESTION_ANSWERING;
        }
        if (named.get(0).endsWith("ForConditionalGeneration") || named.get(0).endsWith("WithLMHeadModel")) {
            return T5.Task.GENERATION;
        }
        throw json.fault("architectures", JsonFileException.shown(named.get(0))
                + " has a head that is not there; there are T5ForConditionalGeneration and T5ForQuestionAnswering");
    }
}
