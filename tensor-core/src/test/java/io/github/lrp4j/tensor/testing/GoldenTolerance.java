package io.github.lrp4j.tensor.testing;

import io.github.lrp4j.tensor.Tensor;

/**
 * What a golden case allows: {@code |got - want| <= atol + rtol |want|}, or, where {@code rtolOfMax} is not 0,
 * {@code max |got - want| <= rtolOfMax max |want|}.
 *
 * @param rtol relative to each element
 * @param atol absolute
 * @param rtolOfMax relative to the largest element
 */
public record GoldenTolerance(double rtol, double atol, double rtolOfMax) {
    /** Asserts that {@code got} is {@code want} within this tolerance. */
    public void assertHolds(Tensor got, Tensor want) {
        if (rtolOfMax != 0) {
            TensorAssert.assertCloseOfMax(got, want, rtolOfMax);
        } else {
            TensorAssert.assertClose(got, want, rtol, atol);
        }
    }
}
