package io.github.lrp4j.tensor.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.testing.TensorAssert;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ReferenceSelectionTest {
    private final Kernels kernels = new ReferenceKernels();
    /** 1 .. 6 as [2, 3]. */
    private final Tensor x = Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 2, 3);

    private static Tensor index(Shape shape, long... values) {
        return Tensor.of(values, shape);
    }

    @Test
    void gatherTakesOneElementPerIndex() {
        TensorAssert.assertSame(kernels.gather(x, 1, index(Shape.of(2, 2), 2, 0, -1, -3)),
                Tensor.of(new double[] {3, 1, 6, 4}, 2, 2));
        TensorAssert.assertSame(kernels.gather(x, 0, index(Shape.of(1, 3), 1, 0, -1)),
                Tensor.of(new double[] {4, 2, 6}, 1, 3));
        TensorAssert.assertSame(kernels.gather(x, -1, index(Shape.of(1, 4), 0, 0, 1, 2)),
                Tensor.of(new double[] {1, 1, 2, 3}, 1, 4));
        assertThat(kernels.gather(x, 1, index(Shape.of(2, 0))).shape()).isEqualTo(Shape.of(2, 0));
    }

    @Test
    void scatterAddAccumulates() {
        Tensor base = Tensor.of(new double[] {100, 100, 100, 200, 200, 200}, 2, 3);
        Tensor source = Tensor.of(new double[] {1, 2, 3, 4}, 2, 2);
        TensorAssert.assertSame(kernels.scatterAdd(base, 1, index(Shape.of(2, 2), 2, 2, 0, -1), source),
                Tensor.of(new double[] {100, 100, 103, 203, 200, 204}, 2, 3));
        TensorAssert.assertSame(kernels.scatterAdd(base, 0, index(Shape.of(1, 2), 1, 0), source),
                Tensor.of(new double[] {100, 102, 100, 201, 200, 200}, 2, 3));
        assertThat(base.toDoubleArray()).containsExactly(100, 100, 100, 200, 200, 200);
    }

    @Test
    void wholeSlicesAreSelectedAndAdded() {
        TensorAssert.assertSame(kernels.indexSelect(x, 1, index(Shape.of(4), 2, 0, -2, 2)),
                Tensor.of(new double[] {3, 1, 2, 3, 6, 4, 5, 6}, 2, 4));
        TensorAssert.assertSame(kernels.indexSelect(x, 0, index(Shape.of(1), -1)),
                Tensor.of(new double[] {4, 5, 6}, 1, 3));
        TensorAssert.assertSame(
                kernels.indexAdd(x, 1, index(Shape.of(3), 0, 0, -1),
                        Tensor.of(new double[] {10, 20, 30, 40, 50, 60}, 2, 3)),
                Tensor.of(new double[] {31, 2, 33, 94, 5, 66}, 2, 3));
        assertThat(kernels.indexSelect(x, 0, index(Shape.of(0))).shape()).isEqualTo(Shape.of(0, 3));
    }

    @Test
    void addingIsTheAdjointOfTaking() {
        Shape shape = Shape.of(3, 4, 5);
        Tensor in = TestTensors.normal(1, DType.F64, shape);
        for (int dim = 0; dim < 3; dim++) {
            Tensor zeros = Tensor.zeros(DType.F64, shape);
            Tensor rows = TestTensors.integers(2, -shape.size(dim), shape.size(dim), Shape.of(7));
            Tensor selected = kernels.indexSelect(in, dim, rows);
            Tensor g = TestTensors.normal(3, DType.F64, selected.shape());
            assertThat(inner(in, kernels.indexAdd(zeros, dim, rows, g))).isCloseTo(inner(selected, g), within(1e-12));
            Tensor each = TestTensors.integers(4, -shape.size(dim), shape.size(dim),
                    shape.with(dim, 7).with((dim + 1) % 3, 2));
            Tensor gathered = kernels.gather(in, dim, each);
            Tensor h = TestTensors.normal(5, DType.F64, gathered.shape());
            assertThat(inner(in, kernels.scatterAdd(zeros, dim, each, h))).isCloseTo(inner(gathered, h), within(1e-12));
        }
    }

    private double inner(Tensor a, Tensor b) {
        return kernels.total(kernels.binary(BinaryFn.MUL, a, b));
    }

    @Test
    void indicesOutsideAreNamed() {
        for (long outside : new long[] {3, -4, Long.MAX_VALUE, Long.MIN_VALUE}) {
            Tensor bad = index(Shape.of(1), outside);
            for (ThrowingCallable call : List.<ThrowingCallable>of(
                    () -> kernels.indexSelect(x, 1, bad), () -> kernels.gather(x, 1, bad.unsqueeze(0)),
                    () -> kernels.indexAdd(x, 1, bad, x.slice(1, 0, 1)),
                    () -> kernels.scatterAdd(x, 1, bad.unsqueeze(0), x))) {
                assertThatThrownBy(call).isInstanceOf(IndexOutOfBoundsException.class)
                        .hasMessageContaining("index " + outside)
                        .hasMessageContaining("[2, 3]");
            }
        }
        assertThatIllegalArgumentException().isThrownBy(() -> kernels.gather(x, 1, x))
                .withMessageContaining("integers");
        assertThatIllegalArgumentException().isThrownBy(() -> kernels.gather(x, 1, index(Shape.of(3, 1), 0, 0, 0)))
                .withMessageContaining("[2, 3]").withMessageContaining("[3, 1]");
        assertThatIllegalArgumentException().isThrownBy(() -> kernels.indexAdd(x, 1, index(Shape.of(1), 0), x))
                .withMessageContaining("[2, 1]");
    }

    @Test
    void partsAreJoinedInOrder() {
        Tensor y = Tensor.of(new double[] {7, 8}, 2, 1);
        TensorAssert.assertSame(kernels.concat(List.of(y, x, y), 1),
                Tensor.of(new double[] {7, 1, 2, 3, 7, 8, 4, 5, 6, 8}, 2, 5));
        TensorAssert.assertSame(kernels.concat(List.of(x, x), -2),
                Tensor.of(new double[] {1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6}, 4, 3));
        Tensor none = TestTensors.normal(1, DType.F64, Shape.of(0, 3));
        TensorAssert.assertSame(kernels.concat(List.of(none, x), 0), x);
        TensorAssert.assertSame(kernels.concat(List.of(x, Tensor.of(new double[0], 0)), 0), x);
        TensorAssert.assertSame(kernels.concat(List.of(Tensor.of(new double[0], 0)), 0), Tensor.of(new double[0], 0));
        assertThat(kernels.concat(List.of(x, x.to(DType.F32)), 0).dtype()).isEqualTo(DType.F64);
        long big = (1L << 60) + 1;
        TensorAssert.assertSame(kernels.concat(List.of(index(Shape.of(1), big), index(Shape.of(1), 2)), 0),
                index(Shape.of(2), big, 2));
        assertThatIllegalArgumentException().isThrownBy(() -> kernels.concat(List.of(x, y), 0))
                .withMessageContaining("concat")
                .withMessageContaining("[2, 3]").withMessageContaining("[2, 1]");
        assertThatIllegalArgumentException().isThrownBy(() -> kernels.concat(List.of(), 0));
    }

    @Test
    void paddingIsFilledAndNegativePaddingCrops() {
        TensorAssert.assertSame(kernels.pad(x, List.of(1, 0), List.of(0, 1), 9),
                Tensor.of(new double[] {9, 9, 9, 9, 1, 2, 3, 9, 4, 5, 6, 9}, 3, 4));
        TensorAssert.assertSame(kernels.pad(x, List.of(0, -1), List.of(-1, 2), -1),
                Tensor.of(new double[] {2, 3, -1, -1}, 1, 4));
        TensorAssert.assertSame(kernels.pad(x, List.of(0, -4), List.of(0, 2), 7), Tensor.of(new double[] {7, 7}, 2, 1));
        assertThat(kernels.pad(x, List.of(0, -1), List.of(0, -2), 0).shape()).isEqualTo(Shape.of(2, 0));
        TensorAssert.assertSame(kernels.pad(index(Shape.of(1), (1L << 60) + 1), List.of(1), List.of(0), 3),
                index(Shape.of(2), 3, (1L << 60) + 1));
        assertThatIllegalArgumentException().isThrownBy(() -> kernels.pad(x, List.of(0, -2), List.of(0, -2), 0))
                .withMessageContaining("[2, 3]");
        assertThatIllegalArgumentException().isThrownBy(() -> kernels.pad(x, List.of(0), List.of(0), 0))
                .withMessageContaining("[2, 3]");
    }

    @Test
    void croppingIsTheAdjointOfPadding() {
        Tensor in = TestTensors.normal(1, DType.F64, Shape.of(3, 4, 5));
        List<Integer> before = List.of(2, -1, 0);
        List<Integer> after = List.of(0, 3, -2);
        Tensor padded = kernels.pad(in, before, after, 0);
        Tensor g = TestTensors.normal(2, DType.F64, padded.shape());
        Tensor back = kernels.pad(g, before.stream().map(n -> -n).toList(), after.stream().map(n -> -n).toList(), 0);
        assertThat(back.shape()).isEqualTo(in.shape());
        assertThat(inner(in, back)).isCloseTo(inner(padded, g), within(1e-12));
    }

    @Test
    void flippingReverses() {
        TensorAssert.assertSame(kernels.flip(x, List.of(1)), Tensor.of(new double[] {3, 2, 1, 6, 5, 4}, 2, 3));
        TensorAssert.assertSame(kernels.flip(x, List.of(0, -1)), Tensor.of(new double[] {6, 5, 4, 3, 2, 1}, 2, 3));
        TensorAssert.assertSame(kernels.flip(x, List.of()), x);
        assertThat(kernels.flip(TestTensors.normal(1, 0, 3), List.of(0)).shape()).isEqualTo(Shape.of(0, 3));
        assertThatIllegalArgumentException().isThrownBy(() -> kernels.flip(x, List.of(1, -1)))
                .withMessageContaining("[2, 3]");
    }

    @Test
    void halfPrecisionIsAnsweredInFloat32() {
        MemorySegment bytes = MemorySegment.ofArray(new byte[] {0, 0x3C, 0, 0x40});
        Tensor half = Tensor.mapped(bytes, DType.F16, Shape.of(2));
        TensorAssert.assertSame(kernels.flip(half, List.of(0)), Tensor.of(new float[] {2, 1}, 2));
        TensorAssert.assertSame(kernels.binary(BinaryFn.ADD, half, half), Tensor.of(new float[] {2, 4}, 2));
        TensorAssert.assertSame(kernels.cast(half, DType.I64), index(Shape.of(2), 1, 2));
        assertThat(kernels.contiguous(x)).isSameAs(x);
        TensorAssert.assertSame(kernels.contiguous(x.transpose(0, 1)),
                Tensor.of(new double[] {1, 4, 2, 5, 3, 6}, 3, 2));
    }
}
