package io.github.lrp4j.tensor.testing;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;

/** One application of one kernel, as a function of the implementation and of the operands. */
@FunctionalInterface
interface AgreementCase {
    /** Applies the kernel. */
    Tensor apply(Kernels kernels, Tensor[] operands);
}
