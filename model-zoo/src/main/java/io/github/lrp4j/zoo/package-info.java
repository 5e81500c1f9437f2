/**
 * Trained classifiers of pictures: {@link io.github.lrp4j.zoo.Model} is what users hold, {@link
 * io.github.lrp4j.zoo.Network} the one kind that there is, a tree of layers with its facts.
 */
package io.github.lrp4j.zoo;
