/**
 * CUDA on this machine: which libraries are there, which devices, and what is missing.
 *
 * <p>Nothing in this package throws because a machine has no GPU: it says why instead.
 */
package io.github.lrp4j.cuda;
