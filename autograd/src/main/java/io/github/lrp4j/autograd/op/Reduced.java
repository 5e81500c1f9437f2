package io.github.lrp4j.autograd.op;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.util.List;

/** Tensors of a reduction's result, seen in the shape that was reduced. */
final class Reduced {
    private Reduced() {
    }

    /** With the reduced dimensions back at size 1, whether they were kept or not. */
    static Tensor restore(Tensor reduced, Shape full, List<Integer> dims) {
        return reduced.reshape(full.reduced(dims, true));
    }

    /** Stretched over the reduced dimensions to the full shape. */
    static Tensor stretch(Tensor reduced, Shape full, List<Integer> dims) {
        return restore(reduced, full, dims).expand(full);
    }
}
