/**
 * {@code hf:owner/name@revision -> files}: models from a Hugging Face hub, by way of the cache that its own tools use.
 *
 * <p>Start at {@link io.github.lrp4j.zoo.hub.Hub}. A file appears in the cache whole and checked, or not at all: it
 * grows under another name, is compared with the size and the hash that the hub announced, and is then renamed.
 */
package io.github.lrp4j.zoo.hub;
