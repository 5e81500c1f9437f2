/**
 * The ops, one per file: formula, adjoint, what is kept.
 *
 * <p>Each is a record whose components are its attributes and belongs to exactly one of the families under
 * {@link io.github.lrp4j.autograd.Op}. They are applied by the methods of {@link io.github.lrp4j.autograd.Value}, or by
 * {@link io.github.lrp4j.autograd.Tape#apply}.
 */
package io.github.lrp4j.autograd.op;
