package io.github.lrp4j.cli.model;

/** What {@code --model} names: a network of pictures, or a model of text. */
public sealed interface Loaded permits LoadedModel, LoadedText {
}
