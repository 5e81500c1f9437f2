package io.github.lrp4j.cli.model;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.published.PublishedModel;
import io.github.lrp4j.zoo.tokenizer.Tokenizer;

/**
 * A model of text that is ready to be explained.
 *
 * @param model the model
 * @param tokenizer splits texts into its tokens
 * @param source where it comes from
 */
public record LoadedText(PublishedModel model, Tokenizer tokenizer, String source) implements Loaded {
    /** Number of trained numbers. */
    public long parameterCount() {
        return model.parameters().values().stream().mapToLong(Tensor::elements).sum();
    }
}
