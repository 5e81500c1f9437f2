/**
 * Records the graph of a forward pass and sweeps it in reverse.
 *
 * <p>A {@link io.github.lrp4j.autograd.Tape} records what is done with {@link io.github.lrp4j.autograd.Value}s: every
 * application of an {@link io.github.lrp4j.autograd.Op} becomes a {@link io.github.lrp4j.autograd.Node} that keeps what its
 * adjoint reads. A {@link io.github.lrp4j.autograd.Graph} is the part that some outputs depend on, and
 * {@link io.github.lrp4j.autograd.ReverseSweep} the one traversal of it: with the ops' adjoints as its step it yields
 * {@link io.github.lrp4j.autograd.Gradients}.
 */
package io.github.lrp4j.autograd;
