package io.github.lrp4j.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.kernels.Reduction;
import io.github.lrp4j.tensor.testing.GoldenCase;
import io.github.lrp4j.tensor.testing.GoldenKernels;
import io.github.lrp4j.tensor.testing.KernelAgreement;
import io.github.lrp4j.tensor.testing.TensorAssert;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The kernels on a GPU are held against the reference: the first, or the one that {@code -Dlrp4j.kernels=cuda:1} names.
 * Other kernels that are named there are tested in its place, so that these tests can be tried without a GPU.
 */
@Tag("gpu")
class GpuTest {
    private static Kernels kernels;

    @BeforeAll
    static void open() {
        kernels = TestDevices.gpu();
    }

    @AfterAll
    static void close() {
        TestDevices.close(kernels);
    }

    @Test
    void elementwise() {
        KernelAgreement.of(kernels).elementwise();
    }

    @Test
    void reductions() {
        KernelAgreement.of(kernels).reductions();
    }

    @Test
    void matmul() {
        KernelAgreement.of(kernels).matmul();
    }

    @Test
    void convolutions() {
        KernelAgreement.of(kernels).convolutions();
    }

    @Test
    void epilogues() {
        KernelAgreement.of(kernels).epilogues();
    }

    @Test
    void pooling() {
        KernelAgreement.of(kernels).pooling();
    }

    @Test
    void normalisation() {
        KernelAgreement.of(kernels).normalisation();
    }

    @Test
    void resampling() {
        KernelAgreement.of(kernels).resampling();
    }

    @Test
    void attention() {
        KernelAgreement.of(kernels).attention();
    }

    @Test
    void selection() {
        KernelAgreement.of(kernels).selection();
    }

    static Stream<GoldenCase> cases() {
        return new GoldenKernels(new ReferenceKernels()).cases();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void golden(GoldenCase golden) {
        for (DType dtype : List.of(DType.F64, DType.F32)) {
            golden.assertMatches("output", new GoldenKernels(kernels).output(golden, dtype).orElseThrow(), dtype);
        }
    }

    /** What adds many numbers in an order of its own must keep that order. */
    @Test
    void theSameBitsEachTime() {
        Tensor a = TestTensors.normal(1, 3, 130, 517);
        Tensor b = TestTensors.normal(2, 3, 517, 65);
        Tensor x = TestTensors.normal(3, 2, 16, 33, 33);
        Tensor w = TestTensors.normal(4, 24, 16, 3, 3);
        ConvSpec spec = new ConvSpec(List.of(1, 1), List.of(1, 1), List.of(1, 1), 1);
        Tensor y = new ReferenceKernels().conv(x, w, spec);
        Tensor index = Tensor.of(new long[4000], 4000);
        Tensor base = TestTensors.normal(5, 3, 7);
        Tensor rows = TestTensors.normal(6, 4000, 7);
        List<Supplier<Tensor>> works = List.of(() -> kernels.matmul(a, b), () -> kernels.conv(x, w, spec),
                () -> kernels.convInputAdjoint(y, w, x.shape(), spec),
                () -> kernels.convWeightAdjoint(y, x, w.shape(), spec),
                () -> kernels.indexAdd(base, 0, index, rows),
                () -> kernels.reduce(Reduction.SUM, rows, List.of(0), false),
                () -> Tensor.of(new double[] {kernels.total(x)}, 1));
        for (Supplier<Tensor> work : works) {
            float[] first = work.get().toFloatArray();
            for (int round = 0; round < 5; round++) {
                assertThat(work.get().toFloatArray()).isEqualTo(first);
            }
        }
    }

    @Test
    void severalThreadsShareADevice() throws Exception {
        Tensor weight = TestTensors.normal(1, 64, 64).durable();
        List<Future<?>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (int t = 0; t < 4; t++) {
                int thread = t;
                running.add(threads.submit(() -> {
                    for (int round = 0; round < 40; round++) {
                        Tensor x = TestTensors.normal(100 * thread + round, DType.F32, Shape.of(17, 64));
                        Tensor got = kernels.softmax(kernels.matmul(kernels.matmul(x, weight), weight), 1);
                        Tensor want = reference(x, weight);
                        TensorAssert.assertCloseOfMax(got, want, 1e-4);
                    }
                }));
            }
            for (Future<?> future : running) {
                future.get();
            }
        }
    }

    private static Tensor reference(Tensor x, Tensor weight) {
        Kernels reference = new ReferenceKernels();
        return reference.softmax(reference.matmul(reference.matmul(x, weight), weight), 1);
    }

    @Test
    void allMemoryReturnsAtTheEnd() {
        Assumptions.assumeTrue(kernels instanceof CudaKernels, "SKIPPED: about memory of a GPU");
        try (CudaKernels own = Cuda.device(0)) {
            Tensor x = TestTensors.normal(1, 1000, 1000);
            Tensor y = own.matmul(x, x);
            assertThat(own.peakBytes()).isGreaterThan(8_000_000);
            own.release(y);
            assertThat(own.measureRates().productFlops()).isPositive();
        }
    }

    @Test
    void tf32RoundsOnlyWhereItIsAskedFor() {
        Assumptions.assumeTrue(kernels instanceof CudaKernels, "SKIPPED: about the tensor cores of a GPU");
        Tensor a = TestTensors.normal(1, 512, 512);
        Tensor b = TestTensors.normal(2, 512, 512);
        Tensor want = new ReferenceKernels().matmul(a, b);
        try (CudaKernels exact = Cuda.settings().withTf32(false).open(0);
                CudaKernels rounded = Cuda.settings().withTf32(true).open(0)) {
            TensorAssert.assertCloseOfMax(exact.matmul(a, b), want, 2e-6);
            TensorAssert.assertCloseOfMax(rounded.matmul(a, b), want, 5e-3);
        }
    }
}
