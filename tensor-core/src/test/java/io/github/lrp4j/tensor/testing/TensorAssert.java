package io.github.lrp4j.tensor.testing;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;

/**
 * Assertions on the numbers of tensors. NaN must meet NaN and an infinity the same infinity; the sign of zero is never
 * compared. A failure names the shapes, how many elements differ, and the worst one.
 */
public final class TensorAssert {
    private TensorAssert() {
    }

    /** {@code |got - want| <= atol + rtol |want|} for every element; types may differ, shapes must not. */
    public static void assertClose(Tensor got, Tensor want, double rtol, double atol) {
        double[] expected = want.toDoubleArray();
        compare(got, want, expected, i -> atol + rtol * Math.abs(expected[i]));
    }

    /** {@code max |got - want| <= rtolOfMax * max |want|}; types may differ, shapes must not. */
    public static void assertCloseOfMax(Tensor got, Tensor want, double rtolOfMax) {
        double[] expected = want.toDoubleArray();
        double max = 0;
        for (double value : expected) {
            max = Double.isInfinite(value) ? max : Math.max(max, Double.isNaN(value) ? 0 : Math.abs(value));
        }
        double tolerance = rtolOfMax * max;
        compare(got, want, expected, i -> tolerance);
    }

    /** {@code |got - want| <= tolerance} element by element; types may differ, shapes must not. */
    public static void assertWithin(Tensor got, Tensor want, Tensor tolerance) {
        double[] allowed = tolerance.expand(want.shape()).toDoubleArray();
        compare(got, want, want.toDoubleArray(), i -> allowed[i]);
    }

    /** The same type, shape and numbers. */
    public static void assertSame(Tensor got, Tensor want) {
        if (got.dtype() != want.dtype()) {
            throw new AssertionError("types differ, got " + got + ", want " + want);
        }
        if (want.dtype().isFloating()) {
            compare(got, want, want.toDoubleArray(), i -> 0);
            return;
        }
        requireShape(got, want);
        long[] values = got.toLongArray();
        long[] expected = want.toLongArray();
        int at = Arrays.mismatch(values, expected);
        if (at >= 0) {
            throw new AssertionError(
                    want.dtype() + "" + want.shape() + " differs first at " + index(at, want.shape()) + ": got "
                            + values[at] + ", want " + expected[at]);
        }
    }

    private static void requireShape(Tensor got, Tensor want) {
        if (!got.shape().equals(want.shape())) {
            throw new AssertionError("shapes differ, got " + got + ", want " + want);
        }
    }

    private static void compare(Tensor got, Tensor want, double[] expected, IntToDoubleFunction tolerance) {
        requireShape(got, want);
        double[] values = got.toDoubleArray();
        int differing = 0;
        int worst = -1;
        double worstExcess = 0;
        for (int i = 0; i < values.length; i++) {
            double allowed = tolerance.applyAsDouble(i);
            double excess = excess(values[i], expected[i], allowed);
            if (excess > 1) {
                differing++;
                if (excess > worstExcess) {
                    worst = i;
                    worstExcess = excess;
                }
            }
        }
        if (differing > 0) {
            throw new AssertionError(String.format(Locale.ROOT,
                    "got %s%s, want %s%s: %d of %d elements differ, worst at %s: got %s, want %s, error %.3g, tolerance %.3g",
                    got.dtype(), got.shape(), want.dtype(), want.shape(), differing, values.length,
                    index(worst, want.shape()),
                    values[worst], expected[worst], Math.abs(values[worst] - expected[worst]),
                    tolerance.applyAsDouble(worst)));
        }
    }

    /** How many times the tolerance the error is; above 1 is too much. */
    private static double excess(double got, double want, double tolerance) {
        if (Double.isNaN(want) || Double.isInfinite(want)) {
            return Double.compare(got, want) == 0 ? 0 : Double.POSITIVE_INFINITY;
        }
        double error = Math.abs(got - want);
        if (error == 0) {
            return 0;
        }
        return error <= tolerance
                ? 1
                : Double.isNaN(error) || !(tolerance > 0) ? Double.POSITIVE_INFINITY : error / tolerance;
    }

    private static String index(int element, Shape shape) {
        int[] index = new int[shape.rank()];
        int rest = element;
        for (int d = index.length - 1; d >= 0; d--) {
            index[d] = rest % shape.size(d);
            rest /= shape.size(d);
        }
        return Arrays.toString(index);
    }
}
