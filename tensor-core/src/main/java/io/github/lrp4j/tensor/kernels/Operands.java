package io.github.lrp4j.tensor.kernels;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;

/** What operands have in common: the type and the shape of a result, and the errors when they do not agree. For backends. */
public final class Operands {
    private Operands() {
    }

    /**
     * The promoted type of {@code operands} as a type that results can have: the storage types F16 and BF16 become F32,
     * I16 becomes I64.
     */
    public static DType resultType(Tensor... operands) {
        DType type = operands[0].dtype();
        for (Tensor operand : operands) {
            type = type.promote(operand.dtype());
        }
        return switch (type) {
            case F16, BF16 -> DType.F32;
            case I16 -> DType.I64;
            default -> type;
        };
    }

    /** {@link #resultType} for kernels over the real numbers: F64 or F32; integers are read as F32. */
    public static DType realType(Tensor... operands) {
        DType type = resultType(operands);
        return type.isFloating() ? type : DType.F32;
    }

    /** The shape to which {@code a} and {@code b} broadcast. */
    public static Shape broadcast(String kernel, Shape a, Shape b) {
        try {
            return Shape.broadcast(a, b);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(kernel + ": " + e.getMessage(), e);
        }
    }

    /** {@code x} stretched to {@code target}, the shape of the result. */
    public static Tensor expand(String kernel, Tensor x, Shape target) {
        if (!broadcast(kernel, x.shape(), target).equals(target)) {
            throw new IllegalArgumentException(kernel + ": " + x.shape() + " does not stretch to " + target);
        }
        return x.expand(target);
    }

    /** Both shapes must be the same. */
    public static void requireSameShape(String kernel, Shape lhs, Shape rhs) {
        if (!lhs.equals(rhs)) {
            throw new IllegalArgumentException(kernel + ": shapes differ, lhs " + lhs + ", rhs " + rhs);
        }
    }
}
