package io.github.lrp4j.tensor.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.parallel.WorkerPool;
import io.github.lrp4j.tensor.testing.TensorAssert;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinearKernelsTest {
    private static final WorkerPool POOL = new WorkerPool(3);
    private static final LinearKernels DIRECT = new LinearKernels(POOL, new Buffers(1 << 20), false);
    private static final LinearKernels KERNELS = new LinearKernels(POOL, new Buffers(1 << 20), true);

    @AfterAll
    static void close() {
        POOL.close();
    }

    @Test
    void productsAgreeWithTheReference() {
        new LinearAgreement(DIRECT).products(0, 200);
    }

    @Test
    void convolutionsAgreeWithTheReference() {
        new LinearAgreement(DIRECT).convolutions(0, 120);
    }

    @Test
    void largeOperandsAgreeWithTheReference() {
        new LinearAgreement(DIRECT).larger();
    }

    /** The width of vectors is fixed when a JVM starts, so other widths run in JVMs of their own. */
    @ParameterizedTest
    @CsvSource({"128", "256"})
    void otherVectorWidthsAgreeWithTheReference(String bits) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules", "jdk.incubator.vector", "-D" + Species.BITS_PROPERTY + "=" + bits,
                "-cp", System.getProperty("java.class.path"), LinearAgreement.class.getName(), "2", "40")
                .redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(output).isZero();
    }

    @ParameterizedTest
    @CsvSource({"1, 64, 64, 28, 28, 1", "2, 64, 70, 29, 33, 1", "1, 96, 64, 30, 31, 0", "3, 64, 64, 28, 45, 2",
        "1, 64, 65, 120, 118, 1"})
    void winogradStaysWithinItsErrorBound(int samples, int in, int out, int height, int width, int padding) {
        ConvSpec spec = ConvSpec.of(2, 1, padding);
        Tensor x = TestTensors.normal(1, samples, in, height, width);
        Tensor w = TestTensors.normal(2, out, in, 3, 3).durable();
        Tensor y = DIRECT.conv(x, w, spec);
        Tensor fast = KERNELS.conv(x, w, spec);
        TensorAssert.assertCloseOfMax(fast, y, 4e-6);
        assertThat(fast.toFloatArray()).as("the fast algorithm was used").isNotEqualTo(y.toFloatArray());
        Tensor g = TestTensors.normal(3, y.shape());
        TensorAssert.assertCloseOfMax(KERNELS.convInputAdjoint(g, w, x.shape(), spec),
                DIRECT.convInputAdjoint(g, w, x.shape(), spec), 4e-6);
    }

    @Test
    void resultsDoNotDependOnTheNumberOfThreads() {
        Tensor a = TestTensors.normal(1, 190, 600);
        Tensor b = TestTensors.normal(2, 600, 333);
        Tensor x = TestTensors.normal(3, 9, 64, 29, 31);
        Tensor w = TestTensors.normal(4, 67, 64, 3, 3);
        Tensor vector = TestTensors.normal(5, 1, 600);
        for (ConvSpec spec : List.of(ConvSpec.of(2, 1, 1), ConvSpec.of(2, 2, 1))) {
            Tensor g = TestTensors.normal(6, spec.outputShape(x.shape(), w.shape()));
            List<List<Tensor>> results = new ArrayList<>();
            for (int threads : new int[] {1, 2, 5}) {
                try (WorkerPool pool = new WorkerPool(threads)) {
                    LinearKernels kernels = new LinearKernels(pool, new Buffers(1 << 20), true);
                    results.add(List.of(kernels.matmul(a, b), kernels.matmul(vector, b), kernels.conv(x, w, spec),
                            kernels.convInputAdjoint(g, w, x.shape(), spec),
                            kernels.convWeightAdjoint(g, x, w.shape(), spec)));
                }
            }
            for (int i = 0; i < results.getFirst().size(); i++) {
                float[] one = results.get(0).get(i).toFloatArray();
                assertThat(results.get(1).get(i).toFloatArray()).as("result %d", i).isEqualTo(one);
                assertThat(results.get(2).get(i).toFloatArray()).as("result %d", i).isEqualTo(one);
            }
        }
    }

    @Test
    void applicationThreadsMayCallAtTheSameTime() throws InterruptedException, ExecutionException {
        Tensor x = TestTensors.normal(1, 2, 20, 17, 19);
        Tensor w = TestTensors.normal(2, 30, 20, 3, 3).durable();
        ConvSpec spec = ConvSpec.of(2, 1, 1);
        float[] want = DIRECT.conv(x, w, spec).toFloatArray();
        try (ExecutorService executor = Executors.newFixedThreadPool(4)) {
            List<Future<float[]>> results = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                results.add(executor.submit(() -> DIRECT.conv(x, w, spec).toFloatArray()));
            }
            for (Future<float[]> result : results) {
                assertThat(result.get()).isEqualTo(want);
            }
        }
    }

    @Test
    void oneWeightServesAllRoles() {
        ConvSpec spec = ConvSpec.of(2, 1, 1);
        Tensor w = TestTensors.normal(1, 6, 6, 3, 3).durable();
        Tensor x = TestTensors.normal(2, 1, 6, 9, 9);
        LinearAgreement agreement = new LinearAgreement(DIRECT);
        agreement.checkConvolution("first", x, w, spec);
        agreement.checkConvolution("transposed", x, w.transpose(0, 1), spec);
        agreement.checkConvolution("strided", x, w, ConvSpec.of(2, 2, 1));
        agreement.checkConvolution("one tap", x, w.slice(2, 1, 2).slice(3, 0, 1), ConvSpec.of(2, 1, 0));
        Tensor m = TestTensors.normal(3, 50, 50).durable();
        agreement.checkProduct("left", m, TestTensors.normal(4, 50, 60));
        agreement.checkProduct("right", TestTensors.normal(4, 60, 50), m);
        agreement.checkProduct("right transposed", TestTensors.normal(4, 60, 50), m.transpose(0, 1));
        agreement.checkProduct("itself", m, m);
    }

    @Test
    void nothingToAddGivesZeros() {
        Tensor product =
                DIRECT.matmul(Tensor.zeros(DType.F32, Shape.of(3, 0)), Tensor.zeros(DType.F32, Shape.of(0, 4)));
        TensorAssert.assertSame(product, Tensor.zeros(DType.F32, Shape.of(3, 4)));
        assertThat(
                DIRECT.matmul(Tensor.zeros(DType.F32, Shape.of(0, 5)), Tensor.zeros(DType.F32, Shape.of(5, 4))).shape())
                .isEqualTo(Shape.of(0, 4));
        ConvSpec spec = ConvSpec.of(2, 1, 1);
        assertThat(DIRECT
                .conv(Tensor.zeros(DType.F32, Shape.of(0, 3, 5, 5)), Tensor.zeros(DType.F32, Shape.of(2, 3, 3, 3)),
                        spec)
                .shape()).isEqualTo(Shape.of(0, 2, 5, 5));
        // Every other input is read by no tap.
        Tensor g = TestTensors.normal(1, 1, 2, 3, 3);
        Tensor w = TestTensors.normal(2, 2, 3, 1, 1);
        TensorAssert.assertCloseOfMax(DIRECT.convInputAdjoint(g, w, Shape.of(1, 3, 6, 6), ConvSpec.of(2, 2, 0)),
                new ReferenceKernels().convInputAdjoint(g, w, Shape.of(1, 3, 6, 6), ConvSpec.of(2, 2, 0)), 1e-6);
    }

    @Test
    void notANumberStaysWhereItBelongs() {
        float[] values = TestTensors.normal(1, 40, 40).toFloatArray();
        values[3 * 40 + 5] = Float.NaN;
        Tensor b = TestTensors.normal(2, 40, 70);
        float[] product = DIRECT.matmul(Tensor.of(values, 40, 40), b).toFloatArray();
        for (int i = 0; i < product.length; i++) {
            assertThat(Float.isNaN(product[i])).isEqualTo(i / 70 == 3);
        }
        Tensor zero = DIRECT.matmul(Tensor.zeros(DType.F32, Shape.of(1, 40)), Tensor.of(values, 40, 40));
        assertThat(Float.isNaN((float) zero.at(0, 5))).isTrue();
        assertThat(zero.at(0, 4)).isZero();
    }

    @Test
    void badShapesAreNamed() {
        Tensor a = Tensor.zeros(DType.F32, Shape.of(2, 8, 64));
        Tensor b = Tensor.zeros(DType.F32, Shape.of(63, 64));
        assertThatThrownBy(() -> DIRECT.matmul(a, b)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("matmul: inner dimensions differ, lhs [2, 8, 64], rhs [63, 64]");
        assertThatThrownBy(() -> DIRECT.matmul(a, Tensor.zeros(DType.F32, Shape.of(3, 64, 5))))
                .hasMessage("matmul: leading dimensions do not broadcast, lhs [2, 8, 64], rhs [3, 64, 5]");
        assertThatThrownBy(() -> DIRECT.matmul(a, Tensor.zeros(DType.F32, Shape.of(64))))
                .hasMessageContainingAll("matmul", "[2, 8, 64]", "[64]");
        Tensor x = Tensor.zeros(DType.F32, Shape.of(1, 3, 8, 8));
        Tensor w = Tensor.zeros(DType.F32, Shape.of(4, 3, 3, 3));
        ConvSpec spec = ConvSpec.of(2, 1, 0);
        assertThatThrownBy(() -> DIRECT.convInputAdjoint(x, w, x.shape(), spec))
                .hasMessageContainingAll("convInputAdjoint", "[1, 4, 6, 6]", "[1, 3, 8, 8]");
        assertThatThrownBy(() -> DIRECT.convWeightAdjoint(x, x, w.shape(), spec))
                .hasMessageContainingAll("convWeightAdjoint", "[1, 4, 6, 6]", "[1, 3, 8, 8]");
    }
}
