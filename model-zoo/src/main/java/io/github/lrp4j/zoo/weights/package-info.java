/**
 * Weights by key, as a tree of modules asks for them.
 */
package io.github.lrp4j.zoo.weights;
