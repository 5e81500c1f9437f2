package io.github.lrp4j.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Epilogue;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import io.github.lrp4j.tensor.testing.KernelAgreement;
import io.github.lrp4j.tensor.testing.TensorAssert;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CudaMatMulTest extends HostKernels {
    private static final Kernels REFERENCE = new ReferenceKernels();

    @Test
    void productsAgreeWithTheReference() {
        KernelAgreement.of(kernels).matmul();
    }

    @Test
    void epiloguesAgreeWithTheReference() {
        KernelAgreement.of(kernels).epilogues();
    }

    /** Leading dimensions that are stretched, missing or stored in any order. */
    @Test
    void stacksOfAnyLayoutAgreeWithTheReference() {
        for (int seed = 0; seed < 150; seed++) {
            Random random = new Random(seed);
            int lead = random.nextInt(4);
            int[] a = new int[lead + 2];
            int[] b = new int[lead + 2];
            for (int d = 0; d < lead; d++) {
                int size = 1 + random.nextInt(4);
                a[d] = random.nextInt(3) == 0 ? 1 : size;
                b[d] = random.nextInt(3) == 0 ? 1 : size;
            }
            a[lead] = 1 + random.nextInt(9);
            a[lead + 1] = 1 + random.nextInt(9);
            b[lead] = a[lead + 1];
            b[lead + 1] = 1 + random.nextInt(9);
            int cut = random.nextInt(lead + 1);
            Tensor left = view(random, a);
            Tensor right = view(random, random.nextBoolean() ? b : Arrays.copyOfRange(b, cut, lead + 2));
            try {
                TensorAssert.assertCloseOfMax(kernels.matmul(left, right), REFERENCE.matmul(left, right), 1e-14);
            } catch (AssertionError e) {
                throw new AssertionError("seed " + seed + ", " + left.shape() + " " + right.shape(), e);
            }
        }
    }

    /** Numbers over a storage whose dimensions lie in a random order, some of them stretched. */
    private static Tensor view(Random random, int[] sizes) {
        Integer[] order = new Integer[sizes.length];
        Arrays.setAll(order, d -> d);
        java.util.Collections.shuffle(Arrays.asList(order), random);
        int[] stored = new int[sizes.length];
        int[] back = new int[sizes.length];
        for (int d = 0; d < sizes.length; d++) {
            stored[d] = random.nextInt(8) == 0 ? 1 : sizes[order[d]];
            back[order[d]] = d;
        }
        return TestTensors.normal(random.nextLong(), DType.F64, Shape.of(stored)).permute(back)
                .expand(Shape.of(sizes));
    }

    @Test
    void matricesAreReadWhereTheyLie() {
        Tensor heads = kernels.tensors().place(TestTensors.normal(1, 2, 5, 3, 4));
        Tensor weight = kernels.tensors().place(TestTensors.normal(2, 7, 4));
        long before = device.launches();
        Tensor q = heads.permute(0, 2, 1, 3);
        kernels.matmul(q, q.transpose(-2, -1));
        kernels.matmul(q, weight.transpose(0, 1));
        kernels.matmul(heads.slice(1, 1, 3), weight.slice(0, 2, 6).transpose(0, 1));
        kernels.matmul(weight.slice(0, 0, 1).expand(Shape.of(3, 1, 4)), weight.transpose(0, 1));
        assertThat(device.launches()).as("no copy was made").isEqualTo(before);
        kernels.matmul(q, weight.transpose(0, 1).slice(0, 0, 4, 2).expand(Shape.of(2, 3, 2, 7)).permute(0, 1, 3, 2)
                .slice(2, 0, 4, 1));
        kernels.matmul(q.slice(3, 0, 4, 2), weight.slice(1, 0, 4, 2).transpose(0, 1));
        assertThat(device.launches()).as("rows with gaps are copied").isGreaterThan(before);
    }

    @Test
    void epiloguesOfAnotherTypeWidenTheResult() {
        Tensor a = TestTensors.normal(1, 4, 6);
        Tensor b = TestTensors.normal(2, 6, 5);
        Tensor bias = TestTensors.normal(3, DType.F64, Shape.of(5));
        Tensor factor = TestTensors.transposed(TestTensors.normal(4, DType.F64, Shape.of(4, 5)));
        for (Epilogue epilogue : List.of(new Epilogue(bias, null, null), Epilogue.times(factor),
                new Epilogue(bias, null, UnaryFn.of(UnaryFn.Kind.RELU), factor))) {
            Tensor want = REFERENCE.fusedMatmul(a, b, epilogue);
            Tensor got = kernels.fusedMatmul(a, b, epilogue);
            assertThat(got.dtype()).isEqualTo(DType.F64).isEqualTo(want.dtype());
            TensorAssert.assertCloseOfMax(got, want, 1e-6);
        }
    }

    @Test
    void whatFollowsAProductIsOneKernel() {
        Tensor a = kernels.tensors().place(TestTensors.normal(1, 4, 6));
        Tensor b = kernels.tensors().place(TestTensors.normal(2, 6, 5));
        Tensor bias = kernels.tensors().place(TestTensors.normal(3, 5));
        Tensor same = kernels.tensors().place(TestTensors.normal(4, 4, 5));
        long before = device.launches();
        kernels.fusedMatmul(a, b, new Epilogue(bias, same, UnaryFn.of(UnaryFn.Kind.GELU), same));
        assertThat(device.launches() - before).isEqualTo(1);
    }
}
