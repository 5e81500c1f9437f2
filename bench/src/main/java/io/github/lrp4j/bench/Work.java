package io.github.lrp4j.bench;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A kernel with its operands, and how much it computes or moves.
 *
 * @param kernel the call, made ready on a backend
 * @param amount floating point operations or bytes
 * @param unit which of them
 */
record Work(Function<Kernels, Supplier<List<Tensor>>> kernel, double amount, Unit unit) {
    /** What limits a kernel. */
    enum Unit {
        /** Arithmetic: a multiplication and an addition are two operations. */
        FLOP,
        /** Memory: every operand read once, every result written once. */
        BYTE
    }

    /** Limited by arithmetic. */
    static Work computing(double flop, Function<Kernels, Tensor> kernel) {
        return new Work(kernels -> () -> List.of(kernel.apply(kernels)), flop, Unit.FLOP);
    }

    /** Limited by memory: that many float32 numbers are read or written. */
    static Work moving(double numbers, Function<Kernels, Tensor> kernel) {
        return new Work(kernels -> () -> List.of(kernel.apply(kernels)), Float.BYTES * numbers, Unit.BYTE);
    }

    /** As {@link #moving(double, Function)}, with several results. */
    static Work movingSeveral(double numbers, Function<Kernels, List<Tensor>> kernel) {
        return new Work(kernels -> () -> kernel.apply(kernels), Float.BYTES * numbers, Unit.BYTE);
    }
}
