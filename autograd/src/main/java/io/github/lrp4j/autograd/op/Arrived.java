package io.github.lrp4j.autograd.op;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;

/** The cotangents of an op with several outputs, of which at least one arrived. */
final class Arrived {
    private Arrived() {
    }

    /** Their type. */
    static DType dtype(Tensor[] cotangents) {
        for (Tensor cotangent : cotangents) {
            if (cotangent != null) {
                return cotangent.dtype();
            }
        }
        throw new IllegalArgumentException("no cotangent arrived");
    }
}
