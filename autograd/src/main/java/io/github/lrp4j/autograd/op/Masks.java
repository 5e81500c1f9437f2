package io.github.lrp4j.autograd.op;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;

/** Operands that say yes or no. */
final class Masks {
    private Masks() {
    }

    /** Checks that {@code mask} is one. */
    static void require(Tensor mask) {
        if (mask.dtype() != DType.BOOL) {
            throw new IllegalArgumentException("the mask must be BOOL, got " + mask.dtype() + " " + mask.shape());
        }
    }
}
