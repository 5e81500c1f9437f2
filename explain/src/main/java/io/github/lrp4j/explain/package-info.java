/**
 * Explanations in one call: {@link io.github.lrp4j.explain.Explainer} opens a published model and shows which pixels or
 * words made it say what it said.
 */
package io.github.lrp4j.explain;
