package io.github.lrp4j.tensor.testing;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Applies cases to a candidate and to the reference and collects the differences.
 *
 * <p>A case is stated once, with contiguous operands. {@link #check} then also replaces each operand in turn by strided
 * views of the same numbers, repeats it in F64, and looks whether an operand was written to. Results must be
 * contiguous and have the type and shape of the reference's.
 */
final class Comparison {
    private static final int SHOWN = 12;

    private final Kernels candidate;
    private final Kernels reference = new ReferenceKernels();
    private final double slack;
    private final String group;
    private final List<String> failures = new ArrayList<>();

    Comparison(String group, Kernels candidate, double slack) {
        this.group = group;
        this.candidate = candidate;
        this.slack = slack;
    }

    /** Compares {@code kernel} on {@code operands}, on views of them, and in F64. */
    void check(String what, Tolerance tolerance, AgreementCase kernel, Tensor... operands) {
        withViews(what, tolerance, kernel, operands);
        boolean real = false;
        Tensor[] wide = operands.clone();
        for (int i = 0; i < wide.length; i++) {
            if (wide[i].dtype() == DType.F32) {
                wide[i] = wide[i].to(DType.F64);
                real = true;
            }
        }
        if (real) {
            checkOnce(what, tolerance, kernel, wide);
            checkOnce(what, tolerance, kernel, Arrays.stream(wide).map(TestTensors::embedded).toArray(Tensor[]::new));
        }
    }

    private void withViews(String what, Tolerance tolerance, AgreementCase kernel, Tensor... operands) {
        Tensor want = kernel.apply(reference, operands);
        Tensor allowed = tolerance.of(reference, operands, want, unit(want));
        one(what, want, allowed, tolerance, kernel, operands);
        for (int i = 0; i < operands.length; i++) {
            for (Tensor view : TestTensors.views(operands[i])) {
                Tensor[] strided = operands.clone();
                strided[i] = view;
                one(what + " with a strided operand " + i, want, allowed, tolerance, kernel, strided);
            }
        }
    }

    /** Compares {@code kernel} on exactly these operands: for large ones. */
    void checkOnce(String what, Tolerance tolerance, AgreementCase kernel, Tensor... operands) {
        Tensor want = kernel.apply(reference, operands);
        one(what, want, tolerance.of(reference, operands, want, unit(want)), tolerance, kernel, operands);
    }

    /** Compares twice with the last operand marked as a weight, so that what the candidate derives from it is reused. */
    void checkDurable(String what, Tolerance tolerance, AgreementCase kernel, Tensor... operands) {
        Tensor want = kernel.apply(reference, operands);
        Tensor allowed = tolerance.of(reference, operands, want, unit(want));
        Tensor[] weighted = operands.clone();
        int last = operands.length - 1;
        for (Tensor view : TestTensors.views(operands[last])) {
            weighted[last] = view.durable();
            one(what + " with a durable operand, first", want, allowed, tolerance, kernel, weighted);
            one(what + " with a durable operand, again", want, allowed, tolerance, kernel, weighted);
        }
    }

    private void one(String what, Tensor want, Tensor allowed, Tolerance tolerance, AgreementCase kernel,
            Tensor... operands) {
        List<Tensor> before = Arrays.stream(operands).map(Comparison::copy).toList();
        try {
            Tensor got = kernel.apply(candidate, operands);
            if (got.dtype() != want.dtype()) {
                throw new AssertionError("type of the result, got " + got.dtype() + ", want " + want.dtype());
            }
            if (!got.isContiguous()) {
                throw new AssertionError("the result is not contiguous");
            }
            if (tolerance.equals(Tolerance.EXACT)) {
                TensorAssert.assertSame(got, want);
            } else {
                TensorAssert.assertWithin(got, want, slack == 1 ? allowed : slackened(allowed));
            }
            for (int i = 0; i < operands.length; i++) {
                TensorAssert.assertSame(operands[i], before.get(i));
            }
        } catch (AssertionError | RuntimeException e) {
            failed(what, operands, e);
        }
    }

    private Tensor slackened(Tensor allowed) {
        double[] values = allowed.toDoubleArray();
        for (int i = 0; i < values.length; i++) {
            values[i] *= slack;
        }
        return Tensor.of(values, allowed.shape());
    }

    /** The candidate must refuse as the reference does, and name every shape in {@code named}. */
    void checkRefusal(String what, Class<? extends RuntimeException> error, List<Shape> named, AgreementCase kernel,
            Tensor... operands) {
        for (Kernels kernels : List.of(reference, candidate)) {
            try {
                kernel.apply(kernels, operands);
                failed(what, operands, new AssertionError(kernels.name() + " did not refuse this"));
            } catch (RuntimeException e) {
                String message = String.valueOf(e.getMessage());
                if (!error.isInstance(e) || !named.stream().allMatch(shape -> message.contains(shape.toString()))) {
                    failed(what, operands, new AssertionError(
                            kernels.name() + " must refuse with " + error.getSimpleName() + " naming " + named
                                    + ", threw " + e,
                            e));
                }
            }
        }
    }

    /** Notes a difference that was found elsewhere. */
    void require(boolean holds, String what) {
        if (!holds) {
            failed(what, new Tensor[0], new AssertionError("does not hold"));
        }
    }

    Kernels candidate() {
        return candidate;
    }

    Kernels reference() {
        return reference;
    }

    private void failed(String what, Tensor[] operands, Throwable cause) {
        List<String> shapes = Arrays.stream(operands).map(Comparison::describe).toList();
        String reason = cause instanceof AssertionError ? cause.getMessage() : cause + at(cause);
        failures.add(what + " of " + String.join(", ", shapes) + ": " + reason);
        if (failures.size() == SHOWN) {
            failures.add("... the remaining cases were not tried");
            finish();
        }
    }

    private static String describe(Tensor x) {
        return x.dtype() + "" + x.shape() + (x.isContiguous() ? "" : " strided");
    }

    private static String at(Throwable cause) {
        StackTraceElement[] trace = cause.getStackTrace();
        return trace.length == 0 ? "" : " at " + trace[0];
    }

    /** Fails if anything did. */
    void finish() {
        if (!failures.isEmpty()) {
            throw new DisagreementError(
                    candidate.name() + " differs from the reference in " + group + ":\n  "
                            + String.join("\n  ", failures));
        }
    }

    /** Ends a group; never itself taken for the outcome of a case. */
    private static final class DisagreementError extends AssertionError {
        private static final long serialVersionUID = 1;

        DisagreementError(String message) {
            super(message);
        }
    }

    private static double unit(Tensor want) {
        return want.dtype() == DType.F64 ? 0x1p-53 : 0x1p-24;
    }

    /** A copy that shares nothing with {@code x}. */
    private static Tensor copy(Tensor x) {
        return x.dtype().isFloating()
                ? Tensor.of(x.toDoubleArray(), x.dtype(), x.shape())
                : Tensor.of(x.toLongArray(), x.shape()).to(x.dtype());
    }
}
