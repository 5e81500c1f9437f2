/**
 * Reverse passes that are recorded themselves, for gradients of gradients and of relevance.
 *
 * <p>Adjoints and rules compute through {@link io.github.lrp4j.tensor.kernels.Kernels} alone. Given
 * {@link io.github.lrp4j.autograd.record.RecordingKernels} in their place, what they do becomes nodes of the same tape.
 */
package io.github.lrp4j.autograd.record;
