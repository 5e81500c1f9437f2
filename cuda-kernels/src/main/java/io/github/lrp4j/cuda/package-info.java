/**
 * The kernel seam on CUDA devices, and what of CUDA is on this machine: which libraries, which devices, and what is missing.
 *
 * <p>{@link CudaKernels} are written over a small {@code Device}: memory, copies, launches, products. Their sources are the
 * {@code .cu} files of this module, which are checked in as PTX too, so that no machine needs nvcc; the driver compiles them
 * for its GPU. Looking for CUDA never throws because a machine has no GPU: it says why instead.
 */
package io.github.lrp4j.cuda;
