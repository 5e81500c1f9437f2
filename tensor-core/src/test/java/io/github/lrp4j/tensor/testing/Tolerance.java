package io.github.lrp4j.tensor.testing;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;

/**
 * How far a candidate may be from the reference, element by element; in units of the rounding error
 * {@code u = 2^-24} (F32) or {@code 2^-53} (F64), so that one statement holds for both types.
 */
@FunctionalInterface
interface Tolerance {
    /** No difference at all, type included. */
    Tolerance EXACT = (reference, operands, want, unit) -> Tensor.zeros(DType.F64, want.shape());

    /** The allowed error of each element (or of all, rank 0). */
    Tensor of(Kernels reference, Tensor[] operands, Tensor want, double unit);

    /** {@code (relative |want| + absolute) u}. */
    static Tolerance units(double relative, double absolute) {
        return (reference, operands, want, unit) -> {
            double[] allowed = want.toDoubleArray();
            for (int i = 0; i < allowed.length; i++) {
                allowed[i] = unit * (absolute + (Double.isFinite(allowed[i]) ? relative * Math.abs(allowed[i]) : 0));
            }
            return Tensor.of(allowed, want.shape());
        };
    }

    /** {@code factor u max |want|}. */
    static Tolerance ofMax(double factor) {
        return (reference, operands, want, unit) -> {
            double max = 0;
            for (double value : want.toDoubleArray()) {
                max = Double.isFinite(value) ? Math.max(max, Math.abs(value)) : max;
            }
            return Tensor.scalar(unit * factor * max, DType.F64);
        };
    }

    /**
     * {@code (4 + sqrt terms) u m}: the error that summing {@code terms} products in any order is expected to stay under,
     * where m is the same sum over absolute values, that is the same kernel over the absolute operands.
     */
    static Tolerance sumOf(int terms, AgreementCase kernel) {
        return scaled(4 + Math.sqrt(terms), kernel);
    }

    /** {@code factor u m}, with m as in {@link #sumOf}. */
    static Tolerance scaled(double factor, AgreementCase kernel) {
        return (reference, operands, want, unit) -> {
            Tensor[] sizes = new Tensor[operands.length];
            for (int i = 0; i < sizes.length; i++) {
                sizes[i] = operands[i].dtype().isFloating() ? absolute(operands[i]) : operands[i];
            }
            double[] allowed = kernel.apply(reference, sizes).toDoubleArray();
            for (int i = 0; i < allowed.length; i++) {
                allowed[i] *= factor * unit;
            }
            return Tensor.of(allowed, want.shape());
        };
    }

    private static Tensor absolute(Tensor x) {
        double[] values = x.toDoubleArray();
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.abs(values[i]);
        }
        return Tensor.of(values, x.shape());
    }
}
