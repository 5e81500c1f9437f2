package io.github.lrp4j.tensor.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.PoolSpec;
import io.github.lrp4j.tensor.kernels.Reduction;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import io.github.lrp4j.tensor.parallel.WorkerPool;
import io.github.lrp4j.tensor.testing.KernelAgreement;
import io.github.lrp4j.tensor.testing.TensorAssert;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SimdKernelsTest {
    private static final SimdKernels KERNELS = new SimdKernels(3);
    private static final Kernels REFERENCE = new ReferenceKernels();

    @AfterAll
    static void close() {
        KERNELS.close();
    }

    // ---- against the reference ------------------------------------------------------------------------------------

    @Test
    void elementwiseAgreesWithTheReference() {
        KernelAgreement.of(KERNELS).elementwise();
        new RandomGeometries(KERNELS).elementwise(0, 60);
    }

    @Test
    void reductionsAgreeWithTheReference() {
        KernelAgreement.of(KERNELS).reductions();
        new RandomGeometries(KERNELS).reductions(0, 60);
    }

    @Test
    void poolingAgreesWithTheReference() {
        KernelAgreement.of(KERNELS).pooling();
        new RandomGeometries(KERNELS).pooling(0, 60);
    }

    @Test
    void normalisationAgreesWithTheReference() {
        KernelAgreement.of(KERNELS).normalisation();
    }

    @Test
    void resamplingAgreesWithTheReference() {
        KernelAgreement.of(KERNELS).resampling();
    }

    @Test
    void attentionAgreesWithTheReference() {
        KernelAgreement.of(KERNELS).attention();
    }

    @Test
    void selectionAndLayoutAgreeWithTheReference() {
        KernelAgreement.of(KERNELS).selection();
        new RandomGeometries(KERNELS).layouts(0, 60);
    }

    /** The linear kernels have their own tests; here, that each method reaches its own. */
    @Test
    void linearMapsAgreeWithTheReference() {
        KernelAgreement.of(KERNELS).matmul().epilogues();
        Tensor x = TestTensors.normal(1, 2, 6, 9, 8);
        Tensor w = TestTensors.normal(2, 4, 3, 3, 2);
        ConvSpec spec = new ConvSpec(List.of(2, 1),
                List.of(1, 0), List.of(1, 2), 2);
        Tensor y = REFERENCE.conv(x, w, spec);
        TensorAssert.assertCloseOfMax(KERNELS.conv(x, w, spec), y, 1e-6);
        TensorAssert.assertCloseOfMax(KERNELS.convInputAdjoint(y, w, x.shape(), spec),
                REFERENCE.convInputAdjoint(y, w, x.shape(), spec), 1e-6);
        TensorAssert.assertCloseOfMax(KERNELS.convWeightAdjoint(y, x, w.shape(), spec),
                REFERENCE.convWeightAdjoint(y, x, w.shape(), spec), 1e-6);
    }

    /** The width of vectors is fixed when a JVM starts, so other widths run in JVMs of their own. */
    @ParameterizedTest
    @ValueSource(strings = {"128", "256"})
    void otherVectorWidthsAgreeWithTheReference(String bits) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules", "jdk.incubator.vector",
                "-D" + Species.BITS_PROPERTY + "=" + bits,
                "-cp", System.getProperty("java.class.path"), SimdAgreement.class.getName(), "2")
                .redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(output).isZero();
    }

    // ---- functions ------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource(UnaryFn.Kind.class)
    void everyFunctionIsCloseToItsFormulaAcrossItsRange(UnaryFn.Kind kind) {
        UnaryFn f = new UnaryFn(kind, kind == UnaryFn.Kind.POW ? 1.75 : 0.7, 0.9);
        boolean positive = switch (kind) {
            case LOG, SQRT, RSQRT, POW, LOG1P -> true;
            default -> false;
        };
        float[] values = new float[20_011];
        for (int i = 0; i < values.length; i++) {
            double part = (double) i / values.length;
            values[i] = (float) (positive ? Math.exp(40 * part - 20) : 30 * part - 15);
        }
        Tensor x = Tensor.of(values, values.length);
        Tensor g = TestTensors.normal(1, x.shape());
        Tensor y = REFERENCE.unary(f, x);
        // GELU and its kin are products of x with something of absolute error 1e-7.
        double atol = kind == UnaryFn.Kind.GELU || kind == UnaryFn.Kind.GELU_TANH ? 2e-6 : 2e-7;
        TensorAssert.assertClose(KERNELS.unary(f, x), y, 5e-7, atol);
        TensorAssert.assertClose(KERNELS.unaryVjp(f, x, g), REFERENCE.unaryVjp(f, x, g), 3e-6, 4e-6);
        if (f.derivativeNeedsOnlyOutput()) {
            TensorAssert.assertClose(KERNELS.unaryVjpFromOutput(f, y, g), REFERENCE.unaryVjpFromOutput(f, y, g), 3e-6,
                    4e-6);
        }
    }

    @ParameterizedTest
    @EnumSource(UnaryFn.Kind.class)
    void nonFiniteNumbersAndZerosGiveWhatTheFormulaGives(UnaryFn.Kind kind) {
        Tensor x = Tensor
                .of(new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 0f, -0f, 1f, -1f}, 7);
        for (double alpha : new double[] {0.5, 2, 3, -1}) {
            UnaryFn f = new UnaryFn(kind, alpha, 20);
            for (float upstream : new float[] {1, Float.POSITIVE_INFINITY, Float.NaN, 0}) {
                Tensor g = Tensor.of(new float[] {upstream}, 1).expand(x.shape());
                TensorAssert.assertClose(KERNELS.unaryVjp(f, x, g), REFERENCE.unaryVjp(f, x, g), 1e-6, 1e-6);
            }
            TensorAssert.assertClose(KERNELS.unary(f, x), REFERENCE.unary(f, x), 1e-6, 1e-6);
        }
    }

    @Test
    void expCoversSubnormalsAndOverflow() {
        float[] values = new float[40_003];
        for (int i = 0; i < values.length; i++) {
            values[i] = -104 + 193f * i / values.length;
        }
        float[] y = KERNELS.unary(UnaryFn.of(UnaryFn.Kind.EXP), Tensor.of(values, values.length)).toFloatArray();
        for (int i = 0; i < values.length; i++) {
            double want = Math.exp(values[i]);
            if (want > Float.MAX_VALUE) {
                assertThat(y[i]).isGreaterThan(3.4e38f);
            } else {
                assertThat(Math.abs(y[i] - want)).as("exp %s", values[i]).isLessThan(1.1 * Math.ulp((float) want));
            }
        }
    }

    @Test
    void logarithmsCoverSubnormalsAndSmallArguments() {
        float[] small = new float[300];
        float[] tiny = new float[300];
        for (int i = 0; i < small.length; i++) {
            small[i] = (float) Math.scalb(1 + i / 300.0, -149 + i);
            tiny[i] = (float) Math.scalb(i % 2 == 0 ? 1.3 : -1.7, -140 + i / 3);
        }
        TensorAssert.assertClose(KERNELS.unary(UnaryFn.of(UnaryFn.Kind.LOG), Tensor.of(small, 300)),
                REFERENCE.unary(UnaryFn.of(UnaryFn.Kind.LOG), Tensor.of(small, 300)), 3e-7, 0);
        for (UnaryFn.Kind kind : List.of(UnaryFn.Kind.LOG1P, UnaryFn.Kind.EXPM1, UnaryFn.Kind.TANH, UnaryFn.Kind.ERF)) {
            TensorAssert.assertClose(KERNELS.unary(UnaryFn.of(kind), Tensor.of(tiny, 300)),
                    REFERENCE.unary(UnaryFn.of(kind), Tensor.of(tiny, 300)), 4e-7, 1e-44);
        }
    }

    // ---- sums -----------------------------------------------------------------------------------------------------

    @Test
    void sumsThatOverflowFloat32OnTheWayAreStillRight() {
        float[] values = new float[100];
        values[0] = 3e38f;
        values[16] = 3e38f;
        values[32] = -3e38f;
        values[48] = -3e38f;
        values[99] = 5;
        Tensor x = Tensor.of(values, 100);
        assertThat(KERNELS.reduce(Reduction.SUM, x, List.of(), false).item()).isEqualTo(5);
        Tensor columns = x.reshape(100, 1).expand(Shape.of(100, 7));
        assertThat(KERNELS.reduce(Reduction.SUM, columns, List.of(0), false).toFloatArray()).containsOnly(5f);
    }

    @Test
    void longSumsStayExactToAFewRoundings() {
        int n = 3_000_000;
        float[] values = new float[n];
        Arrays.fill(values, 0.1f);
        Tensor x = Tensor.of(values, n);
        double exact = n * (double) 0.1f;
        assertThat(KERNELS.reduce(Reduction.SUM, x, List.of(), false).item()).isCloseTo(exact,
                within(2e-7 * exact));
        assertThat(KERNELS.total(x)).isCloseTo(exact, within(1e-12 * exact));
        double column = KERNELS.reduce(Reduction.MEAN, x.reshape(n / 10, 10), List.of(0), false).at(3);
        assertThat(column).isCloseTo(0.1f, within(5e-8));
    }

    // ---- threads --------------------------------------------------------------------------------------------------

    @Test
    void resultsDoNotDependOnTheNumberOfThreads() {
        Tensor x = TestTensors.normal(1, 3, 40, 61, 67);
        Tensor y = TestTensors.normal(2, 40, 1, 1);
        Tensor rows = TestTensors.normal(3, 700, 197);
        Tensor index = TestTensors.integers(4, 0, 50, Shape.of(700));
        List<Function<Kernels, Tensor>> cases = List.of(
                k -> k.unary(UnaryFn.of(UnaryFn.Kind.GELU), x),
                k -> k.binary(BinaryFn.DIV, x, y),
                k -> k.binary(BinaryFn.ADD, x, x.transpose(2, 3).contiguous().transpose(2, 3)),
                k -> k.absoluteShare(x, x, y, 1e-9),
                k -> k.reduce(Reduction.SUM, x, List.of(), false),
                k -> Tensor.scalar(k.total(x), DType.F64),
                k -> k.reduce(Reduction.SUM, x, List.of(0, 2, 3), false),
                k -> k.reduce(Reduction.MEAN, x, List.of(0), false),
                k -> k.reduce(Reduction.MAX, x, List.of(1), false),
                k -> k.extremum(rows, 1, true).indices(),
                k -> k.cumulativeSum(rows, 1, false),
                k -> k.softmax(rows, 1),
                k -> k.softmax(rows, 0),
                k -> k.logSoftmax(rows, 1),
                k -> k.softmaxVjp(rows, rows, 1),
                k -> k.standardize(rows, 1, 1e-5).output(),
                k -> k.channelStatistics(x, 1e-5).output(),
                k -> k.channelAffine(x, y.reshape(40), y.reshape(40)),
                k -> k.maxPool(x, PoolSpec.of(2, 2, 2, 0)).values(),
                k -> k.maxPool(x, PoolSpec.of(2, 3, 2, 1)).indices(),
                k -> k.avgPool(x, PoolSpec.of(2, 3, 2, 1)),
                k -> k.contiguous(rows.transpose(0, 1)),
                k -> k.indexAdd(TestTensors.normal(5, 50, 197), 0, index, rows),
                k -> k.indexSelect(rows, 0, index));
        List<Tensor> one = results(cases, 1);
        for (int threads : new int[] {2, 3}) {
            List<Tensor> many = results(cases, threads);
            for (int i = 0; i < one.size(); i++) {
                TensorAssert.assertSame(many.get(i), one.get(i));
            }
        }
    }

    private static List<Tensor> results(List<Function<Kernels, Tensor>> cases, int threads) {
        List<Tensor> results = new ArrayList<>();
        try (SimdKernels kernels = new SimdKernels(threads)) {
            cases.forEach(kernel -> results.add(kernel.apply(kernels)));
        }
        return results;
    }

    @Test
    void aGivenPoolStaysOpenAndAnOwnPoolIsClosed() throws InterruptedException {
        try (WorkerPool pool = new WorkerPool(2)) {
            new SimdKernels(pool).close();
            List<String> names = new ArrayList<>();
            pool.run(2, part -> {
                synchronized (names) {
                    names.add(Thread.currentThread().getName());
                }
            });
            assertThat(names).hasSize(2).doesNotHaveDuplicates();
        }
        Set<Thread> before = workers();
        SimdKernels own = new SimdKernels(4);
        Set<Thread> started = workers();
        started.removeAll(before);
        assertThat(started).hasSize(3);
        own.close();
        for (Thread thread : started) {
            thread.join(5_000);
            assertThat(thread.isAlive()).isFalse();
        }
    }

    private static Set<Thread> workers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("lrp4j-worker")).collect(Collectors.toSet());
    }

    // ---- types ----------------------------------------------------------------------------------------------------

    @Test
    void halfPrecisionWeightsCountAsFloat32() {
        MemorySegment bits = MemorySegment.ofArray(new short[] {0x3f80, 0x4000, (short) 0xc040, 0x3e80});
        Tensor w = Tensor.mapped(bits, DType.BF16, Shape.of(4));
        TensorAssert.assertSame(KERNELS.cast(w, DType.F32), Tensor.of(new float[] {1, 2, -3, 0.25f}, 4));
        TensorAssert.assertSame(KERNELS.binary(BinaryFn.MUL, w, w), Tensor.of(new float[] {1, 4, 9, 0.0625f}, 4));
        assertThat(KERNELS.cast(w, DType.F32).floats()).as("shared, not copied").isSameAs(w.floats());
        TensorAssert.assertSame(KERNELS.cast(w.slice(0, 1, 3), DType.F32), Tensor.of(new float[] {2, -3}, 2));
        short one = Float.floatToFloat16(1.5f);
        MemorySegment half = MemorySegment.ofArray(new short[] {one});
        TensorAssert.assertSame(
                KERNELS.unary(UnaryFn.of(UnaryFn.Kind.SQUARE), Tensor.mapped(half, DType.F16, Shape.of(1))),
                Tensor.of(new float[] {2.25f}, 1));
    }

    @Test
    void bytesAreUnsignedAndMasksAreZeroOrOne() {
        byte[] bytes = new byte[3000];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (7 * i);
        }
        Tensor image = Tensor.of(bytes, DType.U8, Shape.of(30, 100));
        TensorAssert.assertSame(KERNELS.cast(image.transpose(0, 1), DType.F32),
                REFERENCE.cast(image.transpose(0, 1), DType.F32));
        MemorySegment file = MemorySegment.ofArray(new byte[] {1, 0, 1}).asReadOnly();
        Tensor mask = Tensor.mapped(file, DType.BOOL, Shape.of(3));
        Tensor a = Tensor.of(new float[] {1, 2, 3}, 3);
        TensorAssert.assertSame(KERNELS.where(mask, a, Tensor.scalar(-1, DType.F32)),
                Tensor.of(new float[] {1, -1, 3}, 3));
    }

    @Test
    void float64StaysFloat64() {
        Tensor x = TestTensors.normal(1, DType.F64, Shape.of(50));
        TensorAssert.assertSame(KERNELS.unary(UnaryFn.of(UnaryFn.Kind.TANH), x),
                REFERENCE.unary(UnaryFn.of(UnaryFn.Kind.TANH), x));
        assertThat(KERNELS.binary(BinaryFn.ADD, x, x.to(DType.F32)).dtype()).isEqualTo(DType.F64);
    }

    @Test
    void theNameTellsTheWidth() {
        assertThat(KERNELS.name()).isEqualTo("simd-" + Species.F.vectorBitSize());
    }
}
