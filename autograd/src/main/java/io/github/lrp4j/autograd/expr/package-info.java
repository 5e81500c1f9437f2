/**
 * Expressions of several ops: losses, moments, orderings, paddings.
 *
 * <p>Nothing here has a gradient or a relevance rule of its own: both follow from the ops that are recorded.
 */
package io.github.lrp4j.autograd.expr;
