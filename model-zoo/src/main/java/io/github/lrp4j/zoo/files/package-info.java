/**
 * The files of a published model as one thing: {@code config.json}, weights, tokenizer.
 *
 * <p>Start at {@link io.github.lrp4j.zoo.files.ModelFiles#open(String, io.github.lrp4j.zoo.hub.Hub)}.
 */
package io.github.lrp4j.zoo.files;
