package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.kernels.Epilogue;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import io.github.lrp4j.tensor.testing.TensorAssert;
import io.github.lrp4j.tensor.testing.TestTensors;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A finished product has the bits of the product, the additions and the function one after the other. */
class FinishTest {
    private static final SimdKernels KERNELS = new SimdKernels(3);

    @AfterAll
    static void close() {
        KERNELS.close();
    }

    private static void checkMatmul(Random random, UnaryFn f, Tensor a, Tensor b) {
        Tensor product = KERNELS.matmul(a, b);
        Tensor bias = bias(random, b.size(-1));
        Tensor addend = random.nextBoolean() ? null : TestTensors.normal(random.nextLong(), product.shape());
        Tensor factor = random.nextBoolean() ? null : TestTensors.normal(random.nextLong(), product.shape());
        TensorAssert.assertSame(KERNELS.fusedMatmul(a, b, new Epilogue(bias, addend, f, factor)),
                composed(product, bias, addend, f, factor));
    }

    private static void checkConv(Random random, UnaryFn f, Tensor x, Tensor w, ConvSpec spec) {
        Tensor product = KERNELS.conv(x, w, spec);
        Tensor bias = bias(random, w.size(0));
        Tensor addend = random.nextBoolean() ? null : TestTensors.normal(random.nextLong(), product.shape());
        int[] aligned = new int[product.rank() - 1];
        Arrays.fill(aligned, 1);
        aligned[0] = w.size(0);
        Tensor factor = random.nextBoolean() ? null : TestTensors.normal(random.nextLong(), product.shape());
        TensorAssert.assertSame(KERNELS.fusedConv(x, w, spec, new Epilogue(bias, addend, f, factor)),
                composed(product, bias == null ? null : bias.reshape(aligned), addend, f, factor));
        Tensor g = TestTensors.normal(random.nextLong(), product.shape());
        TensorAssert.assertSame(KERNELS.fusedConvInputAdjoint(g, w, x.shape(), spec, x),
                KERNELS.binary(BinaryFn.MUL, KERNELS.convInputAdjoint(g, w, x.shape(), spec), x));
    }

    private static Tensor bias(Random random, int size) {
        return switch (random.nextInt(6)) {
            case 0 -> null;
            case 1 -> Tensor.full(0.3, DType.F32, Shape.of(size));
            case 2 -> TestTensors.normal(random.nextLong(), size, 3).select(1, 1);
            default -> TestTensors.normal(random.nextLong(), size);
        };
    }

    private static Tensor composed(Tensor product, Tensor bias, Tensor addend, UnaryFn f, Tensor factor) {
        Tensor y = bias == null ? product : KERNELS.binary(BinaryFn.ADD, product, bias);
        y = addend == null ? y : KERNELS.binary(BinaryFn.ADD, y, addend);
        y = f == null ? y : KERNELS.unary(f, y);
        return factor == null ? y : KERNELS.binary(BinaryFn.MUL, y, factor);
    }

    private static UnaryFn function(Random random) {
        UnaryFn.Kind kind = UnaryFn.Kind.values()[random.nextInt(UnaryFn.Kind.values().length)];
        return switch (random.nextInt(4)) {
            case 0 -> null;
            case 1 -> UnaryFn.of(UnaryFn.Kind.RELU);
            default -> new UnaryFn(kind, 0.3, 2);
        };
    }

    private static Tensor kept(Random random, Tensor x) {
        return random.nextBoolean() ? x.durable() : x;
    }

    @ParameterizedTest
    @EnumSource(UnaryFn.Kind.class)
    void everyFunctionFollowsAProduct(UnaryFn.Kind kind) {
        Random random = new Random(kind.ordinal());
        UnaryFn f = new UnaryFn(kind, 0.7, 0.9);
        checkMatmul(random, f, TestTensors.normal(1, 21, 30), TestTensors.normal(2, 30, 41));
        checkConv(random, f, TestTensors.normal(3, 2, 20, 7, 9), TestTensors.normal(4, 18, 20, 3, 3),
                ConvSpec.of(2, 1, 1));
    }

    @Test
    void productsOfAllShapes() {
        for (int seed = 0; seed < 250; seed++) {
            Random random = new Random(seed);
            int rows = 1 + random.nextInt(random.nextBoolean() ? 6 : 90);
            int depth = 1 + random.nextInt(random.nextInt(6) == 0 ? 1700 : 100);
            int columns = 1 + random.nextInt(random.nextBoolean() ? 8 : 120);
            int samples = 1 + random.nextInt(4);
            Tensor a = TestTensors.normal(seed, samples, rows, depth);
            Tensor b = random.nextBoolean()
                    ? TestTensors.normal(seed + 1, depth, columns)
                    : TestTensors.normal(seed + 1, columns, depth).transpose(0, 1);
            checkMatmul(random, function(random), random.nextBoolean() ? a : TestTensors.transposed(a),
                    kept(random, b));
        }
    }

    @Test
    void convolutionsOfAllGeometries() {
        for (int seed = 0; seed < 150; seed++) {
            Random random = new Random(seed);
            int groups = random.nextInt(3) == 0 ? 1 + random.nextInt(6) : 1;
            int in = groups * (1 + random.nextInt(6));
            int out = groups * (1 + random.nextInt(random.nextBoolean() ? 4 : 40));
            ConvSpec spec = new ConvSpec(List.of(1 + random.nextInt(3), 1 + random.nextInt(2)),
                    List.of(random.nextInt(3), random.nextInt(3)), List.of(1 + random.nextInt(2), 1), groups);
            Tensor x = TestTensors.normal(seed, 1 + random.nextInt(4), in, 7 + random.nextInt(20),
                    5 + random.nextInt(30));
            Tensor w = TestTensors.normal(seed + 1, out, in / groups, 1 + random.nextInt(3), 1 + random.nextInt(3));
            checkConv(random, function(random), x, kept(random, w), spec);
        }
    }

    /** Tiles that lie inside, at the edges, and in rows that are shorter than a vector of tiles. */
    @ParameterizedTest
    @CsvSource({"1, 28, 28", "2, 29, 70", "1, 64, 67", "1, 130, 118"})
    void winogradConvolutions(int samples, int height, int width) {
        Random random = new Random(height);
        Tensor x = TestTensors.normal(1, samples, 64, height, width);
        Tensor w = TestTensors.normal(2, 66, 64, 3, 3).durable();
        for (UnaryFn f : List.of(UnaryFn.of(UnaryFn.Kind.RELU), UnaryFn.of(UnaryFn.Kind.SILU))) {
            checkConv(random, f, x, w, ConvSpec.of(2, 1, 1));
        }
    }
}
