/**
 * How faithful explanations are: a {@link io.github.lrp4j.evaluate.Classifier}, pictures of it in a
 * {@link io.github.lrp4j.evaluate.Batch}, and what explains them, an {@link io.github.lrp4j.evaluate.Attribution}.
 */
package io.github.lrp4j.evaluate;
