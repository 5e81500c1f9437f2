package io.github.lrp4j.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Indexed;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.PoolSpec;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.KernelAgreement;
import io.github.lrp4j.tensor.testing.TensorAssert;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CudaPoolingTest extends HostKernels {
    private static final Kernels REFERENCE = new ReferenceKernels();

    @Test
    void poolingAgreesWithTheReference() {
        KernelAgreement.of(kernels).pooling();
    }

    /** Windows with stride, padding, dilation and partial last windows, over numbers with ties, infinities and NaN. */
    @Test
    void windowsOfAnyKindAgreeWithTheReference() {
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            int spatial = 1 + random.nextInt(3);
            List<Integer> kernel = new ArrayList<>();
            List<Integer> stride = new ArrayList<>();
            List<Integer> padding = new ArrayList<>();
            List<Integer> ones = new ArrayList<>();
            List<Integer> out = new ArrayList<>();
            int[] sizes = new int[spatial + 2];
            sizes[0] = 1 + random.nextInt(2);
            sizes[1] = 1 + random.nextInt(4);
            for (int d = 0; d < spatial; d++) {
                kernel.add(1 + random.nextInt(random.nextInt(5) == 0 ? 11 : 4));
                stride.add(1 + random.nextInt(3));
                padding.add(random.nextInt(kernel.get(d) / 2 + 1));
                ones.add(1);
                out.add(1 + random.nextInt(7));
                sizes[d + 2] = kernel.get(d) + random.nextInt(new int[] {90, 30, 8}[spatial - 1]);
            }
            PoolSpec spec = new PoolSpec(kernel, stride, padding, ones, random.nextBoolean(), random.nextBoolean());
            Shape shape = Shape.of(sizes);
            Indexed want = REFERENCE.maxPool(withSpecials(seed, shape), spec);
            Indexed got = kernels.maxPool(withSpecials(seed, shape), spec);
            TensorAssert.assertSame(got.values(), want.values());
            TensorAssert.assertSame(got.indices(), want.indices());
            Tensor x = TestTensors.normal(seed, DType.F64, shape);
            Tensor average = REFERENCE.avgPool(x, spec);
            TensorAssert.assertCloseOfMax(kernels.avgPool(x, spec), average, 1e-14);
            Tensor g = TestTensors.normal(seed + 1, DType.F64, average.shape());
            TensorAssert.assertCloseOfMax(kernels.avgPoolAdjoint(g, shape, spec),
                    REFERENCE.avgPoolAdjoint(g, shape, spec), 1e-14);
            Tensor adapted = REFERENCE.adaptiveAvgPool(x, out);
            TensorAssert.assertCloseOfMax(kernels.adaptiveAvgPool(x, out), adapted, 1e-14);
            Tensor h = TestTensors.normal(seed + 2, DType.F64, adapted.shape());
            TensorAssert.assertCloseOfMax(kernels.adaptiveAvgPoolAdjoint(h, shape),
                    REFERENCE.adaptiveAvgPoolAdjoint(h, shape), 1e-14);
        }
    }

    private static Tensor withSpecials(int seed, Shape shape) {
        Random random = new Random(seed);
        double[] values = TestTensors.coarse(seed, DType.F64, shape).toDoubleArray();
        for (int i = 0; i < values.length / 10; i++) {
            values[random.nextInt(values.length)] =
                    List.of(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, Double.NaN).get(random.nextInt(3));
        }
        return Tensor.of(values, DType.F32, shape);
    }

    /** Many terms for one cell, in planes of several tiles: added in the order of the terms, as the reference does. */
    @ParameterizedTest
    @CsvSource({"1, 40, 1", "70, 100, 3", "2000, 900, 2", "2500, 2049, 1", "5, 3000, 4"})
    void termsOfOneCellAreAddedInTheirOrder(int terms, int plane, int cells) {
        Random random = new Random(terms);
        int[] indices = new int[6 * terms];
        for (int i = 0; i < indices.length; i++) {
            indices[i] = random.nextInt(3) == 0 ? random.nextInt(plane) : random.nextInt(cells) * (plane / cells);
        }
        Tensor at = Tensor.of(indices, Shape.of(2, 3, terms));
        Tensor g = TestTensors.normal(1, DType.F64, at.shape());
        Shape shape = Shape.of(2, 3, plane);
        TensorAssert.assertSame(kernels.planeScatter(g, at, shape), REFERENCE.planeScatter(g, at, shape));
        Tensor single = g.to(DType.F32);
        TensorAssert.assertSame(kernels.planeScatter(single, at, shape), kernels.planeScatter(single, at, shape));
    }

    @Test
    void integersStayExact() {
        Tensor indices = TestTensors.integers(1, 0, 9, Shape.of(2, 2, 2, 2)).to(DType.I32);
        Tensor large = Tensor.of(new long[] {1L << 60, 3, -5, 7, (1L << 55) + 1, 0, 2, 1, 9, 8, 7, 6, 5, 4, 3, 2},
                Shape.of(2, 2, 2, 2));
        Shape shape = Shape.of(2, 2, 3, 3);
        for (DType type : List.of(DType.I64, DType.U8, DType.BOOL)) {
            Tensor g = type == DType.I64 ? large : TestTensors.integers(2, 0, 2, indices.shape()).to(type);
            TensorAssert.assertSame(kernels.planeScatter(g, indices, shape), REFERENCE.planeScatter(g, indices, shape));
            Tensor x = REFERENCE.planeScatter(g, indices, shape);
            TensorAssert.assertSame(kernels.planeGather(x, indices), REFERENCE.planeGather(x, indices));
        }
    }

    @Test
    void indicesOutsideOfAPlaneAreNamed() {
        Tensor x = TestTensors.normal(1, 1, 2, 3, 3);
        Tensor g = TestTensors.normal(2, 1, 2, 2, 2);
        for (int wrong : new int[] {9, -1}) {
            Tensor indices = Tensor.of(new int[] {0, 1, 2, 3, 4, wrong, 0, 0}, Shape.of(1, 2, 2, 2));
            assertThatThrownBy(() -> kernels.planeGather(x, indices)).isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessage("planeGather: index " + wrong + " is outside of a plane of [1, 2, 3, 3]");
            assertThatThrownBy(() -> kernels.planeScatter(g, indices, x.shape()))
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessageContainingAll("planeScatter", "[1, 2, 3, 3]");
        }
        // Indices of a pooling are known to fit the planes that were pooled, and checked against smaller ones.
        Tensor positions = Tensor.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9}, Shape.of(1, 1, 3, 3));
        Indexed pooled = kernels.maxPool(positions, PoolSpec.of(2, 2, 1, 0));
        assertThat(kernels.planeGather(positions, pooled.indices()).toFloatArray()).containsExactly(5, 6, 8, 9);
        assertThatThrownBy(() -> kernels.planeGather(positions.slice(2, 0, 2), pooled.indices()))
                .isInstanceOf(IndexOutOfBoundsException.class).hasMessageContaining("index 7");
    }
}
