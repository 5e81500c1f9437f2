package io.github.lrp4j.tensor.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TensorAssertTest {
    private static final double NAN = Double.NaN;
    private static final double INF = Double.POSITIVE_INFINITY;

    private static Tensor row(double... values) {
        return Tensor.of(values, values.length);
    }

    private static void assertFails(ThrowingCallable call, String... parts) {
        assertThatThrownBy(call).isInstanceOf(AssertionError.class).hasMessageContainingAll(parts);
    }

    @Test
    void closenessIsAbsolutePlusRelative() {
        TensorAssert.assertClose(row(1.1, 100.5), row(1, 100), 0.01, 0.1);
        assertFails(() -> TensorAssert.assertClose(row(1, 102, 7), row(1, 100, 5), 0.01, 0.1), "[3]", "2 of 3", "[2]",
                "7.0", "5.0");
        TensorAssert.assertCloseOfMax(row(1.9, 100), row(1, 100), 0.01);
        assertFails(() -> TensorAssert.assertCloseOfMax(row(2.1, 100), row(1, 100), 0.01), "[0]", "2.1");
        TensorAssert.assertWithin(row(1.4, 3), row(1, 3), row(0.5, 0));
        assertFails(() -> TensorAssert.assertWithin(row(1, 3.1), row(1, 3), row(0.5, 0)), "[1]");
        assertFails(() -> TensorAssert.assertWithin(row(1, 3.1), row(1, 3), row(0.5, NAN)), "[1]");
    }

    @Test
    void whatIsNotFiniteMustMeetItself() {
        TensorAssert.assertClose(row(NAN, INF, -INF, -0.0), row(NAN, INF, -INF, 0), 0, 0);
        TensorAssert.assertCloseOfMax(row(NAN, INF, 1), row(NAN, INF, 1), 0);
        for (double[] pair : new double[][] {{NAN, 1}, {1, NAN}, {INF, 1}, {1, INF}, {INF, -INF}, {NAN, INF},
            {INF, NAN}}) {
            assertFails(() -> TensorAssert.assertClose(row(pair[0]), row(pair[1]), 10, 1e300), "1 of 1");
            assertFails(() -> TensorAssert.assertCloseOfMax(row(pair[0], 1), row(pair[1], 1), 10), "1 of 2");
        }
    }

    @Test
    void shapesAndTypesAreCompared() {
        assertFails(() -> TensorAssert.assertClose(row(1, 1), row(1), 1, 1), "shapes differ", "[2]", "[1]");
        TensorAssert.assertClose(row(1).to(DType.F32), row(1), 0, 0);
        assertFails(() -> TensorAssert.assertSame(row(1).to(DType.F32), row(1)), "types differ", "F32", "F64");
        TensorAssert.assertSame(Tensor.of(new long[] {1L << 60}, 1), Tensor.of(new long[] {1L << 60}, 1));
        assertFails(() -> TensorAssert.assertSame(Tensor.of(new long[] {1, 1L << 60}, 2),
                Tensor.of(new long[] {1, (1L << 60) + 1}, 2)), "[1]");
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F64", "I64", "I32", "BOOL"})
    void viewsHoldTheSameNumbersInAnotherLayout(DType dtype) {
        for (Shape shape : new Shape[] {Shape.of(2, 3, 4), Shape.of(5), Shape.of(1, 3), Shape.SCALAR, Shape.of(2, 0)}) {
            Tensor x = TestTensors.integers(1, 0, 100, shape).to(dtype);
            for (Tensor view : TestTensors.views(x)) {
                TensorAssert.assertSame(view, x);
            }
            if (shape.elements() > 1) {
                assertThat(TestTensors.embedded(x).isContiguous()).isFalse();
            }
        }
        assertThat(TestTensors.transposed(TestTensors.normal(1, 3, 4)).isContiguous()).isFalse();
    }

    @Test
    void randomTensorsAreReproducible() {
        TensorAssert.assertSame(TestTensors.normal(7, 3, 4), TestTensors.normal(7, 3, 4));
        assertThatThrownBy(() -> TensorAssert.assertSame(TestTensors.normal(7, 3, 4), TestTensors.normal(8, 3, 4)))
                .isInstanceOf(AssertionError.class);
        Tensor expanded = TestTensors.expanded(1, DType.F64, Shape.of(3, 4), 0);
        assertThat(expanded.stride(0)).isZero();
        assertThatCode(() -> TensorAssert.assertSame(expanded.select(0, 0), expanded.select(0, 2)))
                .doesNotThrowAnyException();
    }
}
