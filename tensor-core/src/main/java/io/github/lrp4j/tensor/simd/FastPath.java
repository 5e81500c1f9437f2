package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Epilogue;
import io.github.lrp4j.tensor.kernels.PoolSpec;

/** Which operands the vectorised kernels take; the reference kernels compute, or refuse, all others. */
final class FastPath {
    private FastPath() {
    }

    /** Whether all operands have a {@code float[]} to work on. */
    static boolean single(Tensor... operands) {
        for (Tensor x : operands) {
            boolean single = switch (x.dtype()) {
                case F32, F16, BF16 -> true;
                case F64, I64, I32, I16, I8, U8, BOOL -> false;
            };
            if (!single) {
                return false;
            }
        }
        return true;
    }

    /** As {@link #single}, with elements. */
    static boolean singleAndFull(Tensor... operands) {
        for (Tensor x : operands) {
            if (x.elements() == 0) {
                return false;
            }
        }
        return single(operands);
    }

    /** Whether what the epilogue reads is float32, and what has the product's shape is without gaps. */
    static boolean finishes(Epilogue epilogue) {
        return (epilogue.bias() == null || single(epilogue.bias())) && isDenseSingle(epilogue.addend())
                && isDenseSingle(epilogue.factor());
    }

    private static boolean isDenseSingle(Tensor x) {
        return x == null || single(x) && x.isContiguous();
    }

    /** Whether these are operands of a float32 attention with something to attend to; the mask may be null. */
    static boolean attends(Tensor q, Tensor k, Tensor v, Tensor mask) {
        return singleAndFull(q, k, v)
                && (mask == null || mask.elements() > 0 && (mask.dtype() == DType.BOOL || single(mask)));
    }

    /** The shape to which all broadcast, or null. */
    static Shape broadcast(Tensor... operands) {
        try {
            Shape shape = operands[0].shape();
            for (Tensor x : operands) {
                shape = Shape.broadcast(shape, x.shape());
            }
            return shape;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Whether {@code indices} are dense int32 positions for planes of {@code x}. */
    static boolean indicesOf(Tensor indices, Shape x) {
        return indices.dtype() == DType.I32 && indices.isContiguous() && indices.elements() > 0 && indices.rank() > 2
                && x.rank() > 2 && indices.size(0) == x.size(0) && indices.size(1) == x.size(1);
    }

    /** Whether the window has no dilation, which averages do not know. */
    static boolean isDense(PoolSpec spec) {
        return spec.dilation().stream().allMatch(dilation -> dilation == 1);
    }

    /** Whether a tensor of this rank may be {@code [N, C, sizes]}. */
    static boolean isSpatial(int rank) {
        return rank >= 3 && rank <= 5;
    }

    /** Whether the shapes agree in every dimension but {@code dim}. */
    static boolean sameBut(int dim, Shape x, Shape y) {
        return x.rank() == y.rank() && x.rank() > 0 && x.with(dim, 0).equals(y.with(dim, 0));
    }
}
