package io.github.lrp4j.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.testing.KernelAgreement;
import io.github.lrp4j.tensor.testing.TensorAssert;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CudaConvolutionTest extends HostKernels {
    private static final Kernels REFERENCE = new ReferenceKernels();

    /** x and w of one convolution. */
    private record Case(Tensor x, Tensor w, ConvSpec spec) {
        /** 1 to 3 dimensions, groups, stride, padding and dilation as {@code seed} says. */
        static Case random(int seed) {
            Random random = new Random(seed);
            int spatial = 1 + random.nextInt(3);
            int groups = random.nextInt(3) == 0 ? 1 + random.nextInt(4) : 1;
            int in = 1 + random.nextInt(random.nextBoolean() ? 3 : 12);
            int out = 1 + random.nextInt(random.nextBoolean() ? 3 : 12);
            int[] x = new int[spatial + 2];
            int[] w = new int[spatial + 2];
            Integer[] stride = new Integer[spatial];
            Integer[] padding = new Integer[spatial];
            Integer[] dilation = new Integer[spatial];
            x[0] = 1 + random.nextInt(4);
            x[1] = in * groups;
            w[0] = out * groups;
            w[1] = in;
            for (int d = 0; d < spatial; d++) {
                w[d + 2] = 1 + random.nextInt(4);
                dilation[d] = 1 + random.nextInt(random.nextBoolean() ? 1 : 3);
                stride[d] = 1 + random.nextInt(random.nextBoolean() ? 1 : 3);
                padding[d] = random.nextInt(3);
                x[d + 2] = Math.max(1, dilation[d] * (w[d + 2] - 1) + 1 - 2 * padding[d])
                        + random.nextInt(new int[] {40, 12, 6}[spatial - 1]);
            }
            ConvSpec spec = new ConvSpec(List.of(stride), List.of(padding), List.of(dilation), groups);
            return new Case(TestTensors.normal(seed, DType.F64, Shape.of(x)),
                    TestTensors.normal(seed + 1, DType.F64, Shape.of(w)), spec);
        }

        Tensor upstream() {
            return TestTensors.normal(7, DType.F64, spec.outputShape(x.shape(), w.shape()));
        }

        @Override
        public String toString() {
            return x.shape() + " " + w.shape() + " " + spec;
        }
    }

    @Test
    void convolutionsAgreeWithTheReference() {
        KernelAgreement.of(kernels).convolutions();
    }

    /** However little room there is for columns: some samples, some outputs, some groups or channels at a time. */
    @ParameterizedTest
    @ValueSource(longs = {1, 600, 5_000, 1 << 20})
    void piecesOfAnySizeAgreeWithTheReference(long bytes) {
        CudaConvolution convolution = new CudaConvolution(kernels.tensors(), bytes);
        for (int seed = 0; seed < 40; seed++) {
            Case c = Case.random(seed);
            Tensor g = c.upstream();
            Tensor factor = TestTensors.normal(9, DType.F64, c.x.shape());
            Tensor adjoint = REFERENCE.convInputAdjoint(g, c.w, c.x.shape(), c.spec);
            assertClose(c, convolution.conv(c.x, c.w, c.spec), REFERENCE.conv(c.x, c.w, c.spec));
            assertClose(c, convolution.convInputAdjoint(g, c.w, c.x.shape(), c.spec), adjoint);
            assertClose(c, convolution.fusedConvInputAdjoint(g, c.w, c.x.shape(), c.spec, factor),
                    REFERENCE.fusedConvInputAdjoint(g, c.w, c.x.shape(), c.spec, factor));
            assertClose(c, convolution.convWeightAdjoint(g, c.x, c.w.shape(), c.spec),
                    REFERENCE.convWeightAdjoint(g, c.x, c.w.shape(), c.spec));
        }
    }

    private static void assertClose(Case c, Tensor got, Tensor want) {
        try {
            TensorAssert.assertCloseOfMax(got, want, 1e-13);
        } catch (AssertionError e) {
            throw new AssertionError(c + ": " + e.getMessage(), e);
        }
    }

    /** {@code <conv(x, w), g> = <x, convInputAdjoint(g, w)> = <w, convWeightAdjoint(g, x)>}. */
    @Test
    void theAdjointsAreAdjoint() {
        for (int seed = 100; seed < 160; seed++) {
            Case c = Case.random(seed);
            Tensor g = c.upstream();
            double forward = inner(kernels.conv(c.x, c.w, c.spec), g);
            double scale = norm(c.x) * norm(c.w) * norm(g);
            assertThat(inner(c.x, kernels.convInputAdjoint(g, c.w, c.x.shape(), c.spec))).as("%s to x", c)
                    .isCloseTo(forward, within(1e-14 * scale));
            assertThat(inner(c.w, kernels.convWeightAdjoint(g, c.x, c.w.shape(), c.spec))).as("%s to w", c)
                    .isCloseTo(forward, within(1e-14 * scale));
        }
    }

    private static double inner(Tensor a, Tensor b) {
        double[] left = a.toDoubleArray();
        double[] right = b.toDoubleArray();
        double sum = 0;
        for (int i = 0; i < left.length; i++) {
            sum += left[i] * right[i];
        }
        return sum;
    }

    private static double norm(Tensor x) {
        return Math.sqrt(inner(x, x));
    }

    @Test
    void theSameOperandsGiveTheSameBits() {
        for (ConvSpec spec : List.of(ConvSpec.of(2, 1, 1), ConvSpec.of(2, 2, 1),
                new ConvSpec(List.of(1, 1), List.of(1, 1), List.of(1, 1), 6))) {
            Tensor x = TestTensors.normal(1, 3, 6, 17, 19);
            Tensor w = TestTensors.normal(2, 12, 6 / spec.groups(), 3, 3);
            Tensor g = TestTensors.normal(3, spec.outputShape(x.shape(), w.shape()));
            for (int time = 0; time < 2; time++) {
                TensorAssert.assertSame(kernels.conv(x, w, spec), kernels.conv(x, w, spec));
                TensorAssert.assertSame(kernels.convInputAdjoint(g, w, x.shape(), spec),
                        kernels.convInputAdjoint(g, w, x.shape(), spec));
                TensorAssert.assertSame(kernels.convWeightAdjoint(g, x, w.shape(), spec),
                        kernels.convWeightAdjoint(g, x, w.shape(), spec));
            }
        }
    }

    @Test
    void windowsOfOneCellAreProducts() {
        Tensor x = kernels.tensors().place(TestTensors.normal(1, 2, 9, 5, 5));
        Tensor w = kernels.tensors().place(TestTensors.normal(2, 4, 9, 1, 1));
        Tensor g = kernels.tensors().place(TestTensors.normal(3, 2, 4, 5, 5));
        ConvSpec spec = ConvSpec.of(2, 1, 0);
        long before = device.launches();
        kernels.conv(x, w, spec);
        kernels.convInputAdjoint(g, w, x.shape(), spec);
        kernels.convWeightAdjoint(g, x, w.shape(), spec);
        assertThat(device.launches()).as("no columns were made").isEqualTo(before);
    }

    @Test
    void columnsAreGivenBack() {
        Tensor x = TestTensors.normal(1, 2, 9, 25, 25);
        Tensor w = TestTensors.normal(2, 4, 9, 3, 3);
        ConvSpec spec = ConvSpec.of(2, 1, 1);
        Tensor y = kernels.conv(x, w, spec);
        long before = kernels.heldBytes();
        Tensor again = kernels.conv(x, w, spec);
        assertThat(kernels.heldBytes() - before).isEqualTo(4 * again.elements());
        assertThat(Arrays.equals(y.toFloatArray(), again.toFloatArray())).isTrue();
    }
}
